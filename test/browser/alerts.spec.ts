/** The pages on alerts in a real browser. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { adminToken, call, register } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { launchBrowser } from './browser.js';
import { push, signedIn, surprises } from './dashboard-page.js';

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer({ database: 'sqlite', env: { PROCSPY_ALLOW_PRIVATE_WEBHOOKS: 'true' } }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('alerts in the dashboard', () => {
  it('shows an alert while it fires, takes an acknowledgement, and keeps the history', async () => {
    const rule = await call(server, 'POST', '/api/v1/alert-rules', {
      key: await adminToken(server),
      json: {
        name: 'Too busy',
        metric: 'cpu',
        operator: 'gt',
        threshold: 70,
        for_seconds: 0,
        severity: 'critical',
      },
    });
    expect(rule.status).toBe(201);
    const machine = await register(server, 'worker');
    await push(server, machine, { cpu: 10 });

    const watched = await signedIn(browser, server, '/alerts');
    const { page } = watched;
    await page.getByText('All is well').waitFor();
    await push(server, machine, { cpu: 88 });
    const item = page.getByRole('listitem').filter({ hasText: 'Too busy' });
    await item.getByText('CPU 88% (> 70%)').waitFor();
    await page.getByRole('link', { name: /^Alerts\s*1$/ }).waitFor();

    // Viewers see it, and cannot acknowledge it.
    const viewer = { email: 'viewer@procspy.test', password: 'looks but never touches' };
    const made = await call(server, 'POST', '/api/v1/users', {
      key: await adminToken(server),
      json: { ...viewer, role: 'viewer' },
    });
    expect(made.status).toBe(201);
    const other = await signedIn(browser, server, '/alerts', viewer);
    const seen = other.page.getByRole('listitem').filter({ hasText: 'Too busy' });
    await seen.getByText('firing', { exact: true }).waitFor();
    expect(await seen.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    expect(surprises(other)).toEqual([]);
    await other.close();

    await item.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('dialog').getByLabel('Note').fill('looking <b>into</b> it');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await item.getByText('looking <b>into</b> it').waitFor();
    await item.getByText('acknowledged by admin@procspy.test').waitFor();

    await item.getByRole('link', { name: 'worker' }).click();
    await page.getByRole('region', { name: 'Open alerts' }).getByText('Too busy').waitFor();
    await page.getByRole('link', { name: 'Alerts' }).click();

    await push(server, machine, { cpu: 5 });
    await page.getByText('All is well').waitFor();
    await page.getByText('Resolved', { exact: true }).click();
    await item.getByText('recovered').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('makes a rule, tries it on the past, switches it off and deletes it', async () => {
    const watched = await signedIn(browser, server, '/alerts/rules');
    const { page } = watched;
    await page.getByText('No sign of life from every machine for 2 minutes').waitFor();
    await page.getByRole('button', { name: 'New rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByText('Give the rule a name').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('Hot disk');
    await dialog.getByLabel('Watch').click();
    await page.getByRole('option', { name: 'Filesystem usage' }).click();
    await dialog.getByLabel('Only the one named').fill('/srv');
    await dialog.getByLabel('Threshold, %').fill('95');
    await dialog.getByText('It would not have fired').waitFor();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();

    const item = page.getByRole('listitem').filter({ hasText: 'Hot disk' });
    await item
      .getByText('Usage of filesystem /srv on every machine above 95% for 5 minutes')
      .waitFor();
    // There is no channel yet, and that shows.
    await item.getByText('tells nobody').waitFor();
    await item.getByRole('switch').press('Space');
    await page.locator('li[data-off]').filter({ hasText: 'Hot disk' }).waitFor();

    await item.getByRole('button', { name: 'Change Hot disk' }).click();
    expect(await dialog.getByLabel('Only the one named').inputValue()).toBe('/srv');
    await dialog.getByLabel('Threshold, %').fill('97');
    await dialog.getByRole('switch', { name: /^Quiet hours/ }).press('Space');
    await dialog.getByRole('textbox', { name: 'Until' }).fill('06:30');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await item.getByText('Usage of filesystem /srv on every machine above 97%').waitFor();
    await item.getByText(/waits daily 22:00–06:30/).waitFor();

    await item.getByRole('button', { name: 'Delete Hot disk' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await item.waitFor({ state: 'detached' });
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('makes a channel, sends a test through it, and never shows its secret', async () => {
    const received: string[] = [];
    const receiver = createServer((request, response) => {
      request.on('data', (chunk) => received.push(String(chunk)));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = receiver.address() as AddressInfo;
      const watched = await signedIn(browser, server, '/alerts/channels');
      const { page } = watched;
      await page.getByText('No channel yet').waitFor();
      await page.getByRole('button', { name: 'New channel' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Kind').click();
      await page.getByRole('option', { name: 'Webhook' }).click();
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.getByText('Must be given').waitFor();
      await dialog.getByLabel('Name', { exact: true }).fill('Ops');
      await dialog.getByLabel('URL').fill(`http://127.0.0.1:${port}/hook`);
      await dialog.getByLabel('Secret that signs').fill('a secret of many letters');
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();

      const item = page.getByRole('listitem').filter({ hasText: 'Ops' }).first();
      await item.getByRole('button', { name: 'Send a test' }).click();
      await page.getByText('A sample alert was sent to Ops').waitFor();
      expect(received.join('')).toContain('procspy');
      await page.getByRole('heading', { name: 'Last notifications' }).waitFor();

      await item.getByRole('button', { name: 'Change Ops' }).click();
      await dialog.getByLabel('URL').waitFor();
      expect(await page.content()).not.toContain('a secret of many letters');
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await item.getByRole('button', { name: 'Delete Ops' }).click();
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('No channel yet').waitFor();
      expect(surprises(watched)).toEqual([]);
      await watched.close();
    } finally {
      receiver.close();
    }
  });
});
