/** Silences, rules as they are made, and the list of alerts in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { adminToken, call, register, type TestMachine } from '../helpers/api.js';
import { HttpReceiver } from '../helpers/receivers.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { launchBrowser } from './browser.js';
import { push, signedIn, surprises } from './dashboard-page.js';

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

const VIEWER = { email: 'viewer@procspy.test', password: 'looks but never touches' };

let browser: Browser;
let server: TestServer;
let receiver: HttpReceiver;
let token: string;
let web: TestMachine;
let db: TestMachine;
let rule: string;

const api = (method: string, path: string, json?: unknown) =>
  call(server, method, `/api/v1${path}`, { key: token, json });

async function made(path: string, json: object): Promise<string> {
  const { status, body } = await api('POST', path, json);
  if (status !== 201) throw new Error(`${path} refused: ${JSON.stringify(body)}`);
  return body.id;
}

beforeAll(async () => {
  receiver = await new HttpReceiver().start();
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer({ database: 'sqlite', env: { PROCSPY_ALLOW_PRIVATE_WEBHOOKS: 'true' } }),
  ]);
  token = await adminToken(server);
  // Machines that push once are offline before the tests are done.
  for (const { id, metric } of (await api('GET', '/alert-rules')).body.items) {
    if (metric !== 'offline') continue;
    const { status } = await api('PATCH', `/alert-rules/${id}`, { enabled: false });
    if (status !== 200) throw new Error(`the rule was not switched off: ${status}`);
  }
  await made('/users', { ...VIEWER, role: 'viewer' });
  [web, db] = [await register(server, 'web-1'), await register(server, 'db-1')];
  rule = await made('/alert-rules', {
    name: 'Too busy',
    metric: 'cpu',
    operator: 'gt',
    threshold: 70,
    severity: 'warning',
  });
  const machine_ids = [db.machine_id];
  await made('/alert-rules', {
    name: 'No memory',
    metric: 'ram',
    operator: 'gt',
    threshold: 60,
    severity: 'critical',
    scope: { machine_ids },
  });
  for (const [index, cpu] of [20, 91, 92].entries()) {
    const timestamp = new Date(Date.now() - (3 - index) * 5_000).toISOString();
    await push(server, web, { timestamp, cpu, ram: 30 });
    await push(server, db, { timestamp, cpu: 75, ram: 62 });
  }
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), receiver?.stop()]);
});

const itemOf = (page: Page, ...texts: string[]) =>
  texts.reduce(
    (items, hasText) => items.filter({ hasText }),
    page.getByRole('main').getByRole('listitem'),
  );

describe('the list of alerts', () => {
  it('puts the worst first, is grouped by machine and filtered, all in its address', async () => {
    const watched = await signedIn(browser, server, '/alerts');
    const { page } = watched;
    await itemOf(page, 'web-1', 'Too busy').waitFor();
    const items = page.getByRole('main').locator('ul.panel > li');
    await itemOf(page, 'db-1', 'Too busy').waitFor();
    expect(await items.allInnerTexts()).toEqual([
      expect.stringContaining('No memory'),
      expect.stringContaining('Too busy'),
      expect.stringContaining('Too busy'),
    ]);

    await page.getByRole('switch', { name: 'By machine' }).press('Space');
    const group = page.getByRole('region', { name: 'db-1' });
    await group.getByText('2 alerts').waitFor();
    expect(new URL(page.url()).search).toBe('?group=machine');
    expect(await page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(
      [expect.stringContaining('db-1'), expect.stringContaining('web-1')],
    );

    await page.getByRole('combobox', { name: 'Severity' }).click();
    await page.getByRole('option', { name: 'Critical' }).click();
    await page.getByRole('region', { name: 'web-1' }).waitFor({ state: 'detached' });
    await page.reload();
    await group.getByText('1 alert', { exact: true }).waitFor();
    await page.goto('/alerts?severity=info');
    await page.getByText('No alert matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await itemOf(page, 'web-1', 'Too busy').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('a rule', () => {
  it('reads as a sentence and is tried on the past as one types, from a template', async () => {
    const watched = await signedIn(browser, server, '/alerts/rules');
    const { page } = watched;
    await itemOf(page, 'CPU of every machine above 70%').waitFor();
    await page.getByRole('button', { name: 'New rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Memory high' }).click();
    await dialog
      .getByText('Memory of every machine above 90% for 5 minutes, ends below 85% for 1 minute')
      .waitFor();
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('Memory high');
    await dialog.getByText('It would not have fired on any of 2 machines.').waitFor();

    await dialog.getByLabel('Threshold, %').fill('50');
    await dialog.getByText('Must not be above the threshold').waitFor();
    await dialog.getByLabel('Ends at, %').fill('45');
    await dialog.getByLabel('For, min').fill('0');
    await dialog.getByText('Memory of every machine above 50%, ends below 45%').waitFor();
    await dialog.getByText('It would have fired once on 1 of 2 machines').waitFor();
    await dialog.getByRole('figure', { name: 'db-1' }).waitFor();
    await dialog.getByRole('toolbar', { name: 'What happened' }).getByRole('button').waitFor();

    const asked = page.waitForRequest(
      (request) =>
        request.url().endsWith('/dry-run') && request.postDataJSON().rule.metric === 'ram',
    );
    await dialog.getByText('7 d', { exact: true }).click();
    const { from, to } = (await asked).postDataJSON();
    expect(to - from).toBe(7 * 86_400_000);
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await itemOf(page, 'Memory high', 'Memory of every machine above 50%').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('that tells nobody is warned of until a channel is made', async () => {
    const watched = await signedIn(browser, server, '/alerts');
    const { page } = watched;
    await page.getByText(/rules tell nobody/).waitFor();
    await page.getByRole('link', { name: 'Add a channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Kind').click();
    await page.getByRole('option', { name: 'Webhook' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Ops');
    await dialog.getByLabel('URL').fill(receiver.url);
    await dialog.getByRole('switch', { name: /^Default/ }).check();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/rules tell nobody/).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await itemOf(page, 'Too busy', 'tells Ops').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('a silence', () => {
  it('is made from an alert in one click, shown with it, and ended on its page', async () => {
    const watched = await signedIn(browser, server, '/alerts');
    const { page } = watched;
    const item = itemOf(page, 'web-1', 'Too busy');
    await item.getByRole('button', { name: 'Silence' }).click();
    await page.getByText('Too busy on web-1').waitFor();
    await page.getByText('Machine', { exact: true }).click();
    await page.getByText('All alerts on web-1').waitFor();
    await page.getByRole('button', { name: '4 hours' }).click();
    await page.getByText(/^Silenced until /).waitFor();
    await item.getByRole('link', { name: /^until .* silenced$/ }).click();

    const active = page.getByRole('region', { name: 'Active' });
    await active.getByText(/^until .*, (3h 5\dm|4h) left$/).waitFor();
    await active.getByText('by admin@procspy.test').waitFor();
    await active.getByRole('button', { name: 'End' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await active.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Past' }).getByText('All alerts on web-1').waitFor();
    await page.getByRole('link', { name: 'Alerts', exact: true }).last().click();
    await item.getByRole('button', { name: 'Silence' }).waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('comes back every week, is changed, and is only read by viewers', async () => {
    const watched = await signedIn(
      browser,
      server,
      `/alerts/silences?new&machine=${db.machine_id}&rule=${rule}`,
    );
    const { page } = watched;
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Every week').click();
    await dialog.getByLabel('Comment').fill('backups');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    const coming = page.getByRole('main').getByRole('listitem').filter({ hasText: 'backups' });
    await coming.getByText('Too busy on db-1').waitFor();
    await coming.getByText(/Sun 02:00–04:00/).waitFor();
    await coming.getByRole('button', { name: /^Change/ }).click();
    expect(await dialog.getByLabel('From').first().inputValue()).toBe('02:00');
    await dialog.getByLabel('Until').first().fill('05:30');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await coming.getByText(/Sun 02:00–05:30/).waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();

    const other = await signedIn(browser, server, '/alerts/silences', VIEWER);
    await other.page.getByText(/Sun 02:00–05:30/).waitFor();
    const buttons = other.page
      .getByRole('main')
      .getByRole('button', { name: /End|Change|New|Again/ });
    expect(await buttons.count()).toBe(0);
    await other.page.goto('/alerts');
    const item = itemOf(other.page, 'web-1', 'Too busy');
    await item.waitFor();
    expect(await item.getByRole('button', { name: 'Silence' }).count()).toBe(0);
    expect(surprises(other)).toEqual([]);
    await other.close();
  });
});

describe('an alert', () => {
  it('says who was told, and when', async () => {
    await push(server, web, { cpu: 5, ram: 30 });
    const watched = await signedIn(browser, server, '/alerts?state=resolved');
    const { page } = watched;
    await itemOf(page, 'web-1', 'recovered').waitFor();
    const before = itemOf(page, 'web-1', 'recovered');
    await before.getByText('Who was told').click();
    await before.getByText('Nobody.').waitFor();

    await push(server, web, { cpu: 95, ram: 30 });
    await page.getByText('Open', { exact: true }).click();
    const item = itemOf(page, 'web-1', 'CPU 95%');
    await item.getByText('Who was told').click();
    await item.getByText(/Ops: alert, (sent|waiting)/).waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});
