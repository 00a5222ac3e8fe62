/** The settings in a real browser. */
import { readFile } from 'node:fs/promises';
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { adminToken, call } from '../helpers/api.js';
import { ADMIN, startServer, type TestServer } from '../helpers/server.js';
import { launchBrowser, openPage } from './browser.js';
import { signedIn, signIn, surprises } from './dashboard-page.js';

/** What the browser writes when a session has ended, or a form was refused. */
const REFUSED = /Failed to load resource: the server responded with a status of (400|401|403|409)/;

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer({ database: 'sqlite' })]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Makes a user; each test that changes an account has one of its own. */
async function makeUser(name: string, role: 'admin' | 'viewer' = 'viewer') {
  const account = { email: `${name}@procspy.test`, password: 'a long enough password' };
  const made = await call(server, 'POST', '/api/v1/users', {
    key: await adminToken(server),
    json: { ...account, role },
  });
  expect(made.status).toBe(201);
  return account;
}

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const dialogOf = (page: Page) => page.getByRole('dialog');

describe("one's own account", () => {
  it('is reached by the menu, and changes its password', async () => {
    const account = await makeUser('changes-password');
    const watched = await signedIn(browser, server, '/', account);
    const { page } = watched;
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
    await page.getByText(account.email).waitFor();

    const section = region(page, 'Password');
    const change = async (current: string, next: string, again = next) => {
      await section.getByLabel('Present password').fill(current);
      await section.getByLabel('New password', { exact: true }).fill(next);
      await section.getByLabel('New password again').fill(again);
      await section.getByRole('button', { name: 'Change password' }).click();
    };
    await change(account.password, 'short', 'shorter');
    await section.getByText('The two passwords are not the same').waitFor();
    expect(await section.getByText('At least 10 characters').count()).toBe(2);
    await change('not the password', 'another long password');
    await section.getByText('This is not your present password').waitFor();
    await change(account.password, 'another long password');
    await page.getByText('Your password is changed').waitFor();
    for (const [password, status] of [
      [account.password, 401],
      ['another long password', 200],
    ] as const) {
      const json = { email: account.email, password };
      expect((await call(server, 'POST', '/api/v1/auth/login', { json })).status).toBe(status);
    }
    expect(surprises(watched, REFUSED)).toEqual([]);
    await watched.close();
  });

  it('gets a second factor, signs in with it, uses a recovery code, and gives it up', async () => {
    const account = await makeUser('second-factor');
    const watched = await signedIn(browser, server, '/settings/account', account);
    const { page } = watched;
    const section = region(page, 'Second factor');
    const dialog = dialogOf(page);
    await section.getByRole('button', { name: 'Set up' }).click();
    await dialog.getByLabel('Your password').fill('not the password');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('This is not your password').waitFor();
    await dialog.getByLabel('Your password').fill(account.password);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    const secret = (await dialog.locator('code').textContent()) ?? '';
    const app = new TOTP({ secret });
    const code = (steps: number) => app.generate({ timestamp: Date.now() + steps * 30_000 });

    await dialog.getByLabel('Code that the app shows').fill('12345');
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.getByText('Enter the six digits').waitFor();
    await dialog.getByLabel('Code that the app shows').fill(code(0));
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    const codes = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.first().waitFor();
    const recovery = await codes.allTextContents();
    expect(recovery).toHaveLength(10);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`procspy-recovery-codes-${account.email}.txt`);
    expect(await readFile(await download.path(), 'utf8')).toBe(`${recovery.join('\n')}\n`);
    // Nothing but the button closes it.
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await section.getByText('10 recovery codes are left').waitFor();
    expect(surprises(watched, REFUSED)).toEqual([]);
    await watched.close();

    const again = await openPage(browser, server.url);
    await again.page.goto('/login?next=/settings/account');
    for (const proof of [code(1), recovery[0] ?? '']) {
      await signIn(again.page, account.password, account.email);
      await again.page.getByLabel('Code of your second factor').fill(proof);
      await again.page.getByRole('button', { name: 'Sign in' }).click();
      await again.page.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
      if (proof === recovery[0]) break;
      await again.page.getByRole('button', { name: 'Account' }).click();
      await again.page.getByRole('menuitem', { name: 'Sign out' }).click();
      await again.page.waitForURL('**/login*');
    }
    const state = region(again.page, 'Second factor');
    await state.getByText('9 recovery codes are left').waitFor();
    await state.getByRole('button', { name: 'Disable' }).click();
    await dialogOf(again.page).getByLabel('Your password').fill(account.password);
    await dialogOf(again.page).getByRole('button', { name: 'Disable' }).click();
    await state.getByRole('button', { name: 'Set up' }).waitFor();
    expect(surprises(again, REFUSED)).toEqual([]);
    await again.close();
  });

  it('lists its sessions and ends them; one that was ended elsewhere leads to the sign-in', async () => {
    const account = await makeUser('sessions');
    const json = account;
    await call(server, 'POST', '/api/v1/auth/login', {
      json,
      headers: { 'user-agent': 'curl/8.5.0' },
    });
    const elsewhere = await signedIn(browser, server, '/settings/account', account);
    const watched = await signedIn(browser, server, '/settings/account', account);
    const { page } = watched;
    const rows = region(page, 'Sessions').getByRole('row');
    await rows.filter({ hasText: 'Chrome on Linux' }).nth(1).waitFor();
    expect(await rows.filter({ hasText: 'this one' }).count()).toBe(1);

    await page.getByRole('button', { name: 'End the session of curl' }).click();
    await dialogOf(page).getByRole('button', { name: 'End', exact: true }).click();
    await rows.filter({ hasText: 'curl' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'End all others' }).click();
    await dialogOf(page).getByRole('button', { name: 'End', exact: true }).click();
    await rows.nth(2).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' });

    await elsewhere.page.getByRole('link', { name: 'History' }).click();
    await elsewhere.page.waitForURL('**/login?next=*history');
    expect(surprises(watched)).toEqual([]);
    expect(surprises(elsewhere, REFUSED)).toEqual([]);
    await Promise.all([watched.close(), elsewhere.close()]);
  });
});

describe('history', () => {
  it('says what is stored, and which setting keeps it how long', async () => {
    const watched = await signedIn(browser, server, '/settings/history', ADMIN);
    const { page } = watched;
    const row = page.getByRole('row').filter({ hasText: 'Samples' });
    await row.getByText('30 days').waitFor();
    await row.getByText('PROCSPY_RETENTION_RAW').waitFor();
    await region(page, 'Space').getByText('Stored', { exact: true }).waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});
