/** The settings in a real browser. */
import { readFile } from 'node:fs/promises';
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { adminToken, call } from '../helpers/api.js';
import { ADMIN, startServer, type TestServer } from '../helpers/server.js';
import { accessibilityFaults } from './axe.js';
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

/** What axe finds in the page as it is now, in both colour schemes. */
async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    faults.push(...(await accessibilityFaults(page)));
  }
  return faults;
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
    expect(await faultsOf(page)).toEqual([]);
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
    expect(await faultsOf(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(
      `procspy-recovery-codes_${account.email.replace('@', '-')}.txt`,
    );
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

    // The server ends its live connection as well, which may lead there before the link does.
    const link = elsewhere.page.getByRole('link', { name: 'History' });
    await link.or(elsewhere.page.getByLabel('E-mail')).first().click();
    await elsewhere.page.waitForURL('**/login?next=*');
    expect(surprises(watched)).toEqual([]);
    expect(surprises(elsewhere, REFUSED)).toEqual([]);
    await Promise.all([watched.close(), elsewhere.close()]);
  });
});

describe('users', () => {
  it('are added, changed and deleted; oneself is guarded', async () => {
    const watched = await signedIn(browser, server, '/settings/users');
    const { page } = watched;
    const dialog = dialogOf(page);
    await page.getByRole('button', { name: 'Add user' }).click();
    await dialog.getByLabel('E-mail').fill(ADMIN.email);
    await dialog.getByLabel('Password', { exact: true }).fill('short');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByText('At least 10 characters', { exact: true }).waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill('a long enough password');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByText('Another user has this address').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByLabel('E-mail').fill('newcomer@procspy.test');
    await dialog.getByRole('button', { name: 'Add' }).click();
    const row = page.getByRole('row').filter({ hasText: 'newcomer@procspy.test' });
    await row.getByText('Viewer').waitFor();
    await dialog.waitFor({ state: 'detached' });

    const act = async (email: string, action: string) => {
      await page.getByRole('button', { name: `Actions for ${email}` }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await act('newcomer@procspy.test', 'Change address or role');
    await dialog.getByLabel('Role').click();
    await page.getByRole('option', { name: /^Administrator/ }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row.getByText('Administrator').waitFor();
    await dialog.waitFor({ state: 'detached' });

    await act('newcomer@procspy.test', 'Set a new password');
    await dialog.getByLabel('New password').fill('quite another password');
    await dialog.getByRole('button', { name: 'Set' }).click();
    await dialog.waitFor({ state: 'detached' });
    const json = { email: 'newcomer@procspy.test', password: 'quite another password' };
    const login = await call(server, 'POST', '/api/v1/auth/login', { json });
    expect(login.status).toBe(200);

    // A second factor that they lost.
    const { access_token: key } = login.body;
    const offer = await call(server, 'POST', '/api/v1/auth/totp', {
      key,
      json: { password: json.password },
    });
    const totp = new TOTP({ secret: offer.body.secret }).generate();
    const enabled = await call(server, 'POST', '/api/v1/auth/totp/enable', { key, json: { totp } });
    expect(enabled.status).toBe(200);
    await page.reload();
    await row.getByText('on', { exact: true }).waitFor();
    await act('newcomer@procspy.test', 'Remove second factor');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await row.getByText('off', { exact: true }).waitFor();
    await dialog.waitFor({ state: 'detached' });

    await act('newcomer@procspy.test', 'Delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: `Actions for ${ADMIN.email}` }).click();
    await page.getByText('Another administrator can change').waitFor();
    expect(await page.getByRole('menuitem', { name: 'Delete' }).count()).toBe(0);
    expect(surprises(watched, REFUSED)).toEqual([]);
    await watched.close();
  });
});

describe('keys', () => {
  const make = async (page: Page, name: string, scope: RegExp) => {
    const dialog = dialogOf(page);
    await page.getByRole('button', { name: 'New key' }).click();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Scope').click();
    await page.getByRole('option', { name: scope }).click();
    return dialog;
  };
  const shown = async (page: Page) => {
    await dialogOf(page).getByText('shown only now').waitFor();
    const [key = '', usage = ''] = await dialogOf(page).locator('code').allTextContents();
    await page.keyboard.press('Escape');
    await dialogOf(page).getByRole('button', { name: 'I have kept it' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });
    return { key, usage };
  };

  it('are made for each purpose, with what to paste, and revoked', async () => {
    const watched = await signedIn(browser, server, '/settings/keys');
    const { page } = watched;
    await page.getByText('No key of this kind').waitFor();
    const dialog = await make(page, 'office', /^Enrolment/);
    await dialog.getByLabel('Machines it may enrol').fill('1');
    await dialog.getByRole('button', { name: 'Make key' }).click();
    const enrolment = await shown(page);
    expect(enrolment.usage).toContain(`--server ${server.url} --enrollment-key ${enrolment.key}`);
    const json = { machine_name: 'web-1', os: 'linux', agent_version: '0.1.0' };
    const path = '/api/v1/machines/register';
    expect((await call(server, 'POST', path, { key: enrolment.key, json })).status).toBe(201);
    await page.reload();
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('office').getByText('1 of 1').waitFor();
    await row('office').getByText('used up').waitFor();

    const reading = await make(page, 'report', /^Read/);
    await reading.getByLabel('Expires').click();
    await page.getByRole('option', { name: 'On a date' }).click();
    await reading.getByRole('button', { name: 'Make key' }).click();
    await reading.getByText('Choose the last day').waitFor();
    await reading.getByLabel('Last day').fill('2001-01-01');
    await reading.getByRole('button', { name: 'Make key' }).click();
    await reading.getByText('must be in the future').waitFor();
    await reading.getByLabel('Last day').fill('2999-12-31');
    await reading.getByRole('button', { name: 'Make key' }).click();
    const read = await shown(page);
    const list = () => call(server, 'GET', '/api/v1/machines', { key: read.key });
    expect((await list()).status).toBe(200);
    expect(read.usage).toContain(`${server.url}/api/v1/machines`);
    await row('report').getByText('31 Dec 2999').waitFor();

    await (await make(page, 'scraper', /^Prometheus/))
      .getByRole('button', { name: 'Make key' })
      .click();
    await dialogOf(page).getByText('shown only now').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const scraper = await shown(page);
    expect(scraper.usage).toContain(`credentials: ${scraper.key}`);
    expect((await call(server, 'GET', '/metrics', { key: scraper.key })).status).toBe(200);

    await page.getByRole('button', { name: 'Revoke report' }).click();
    await dialogOf(page).getByRole('button', { name: 'Revoke' }).click();
    await row('report').waitFor({ state: 'detached' });
    expect((await list()).status).toBe(401);
    await page.getByLabel('Revoked keys too').press('Space');
    await row('report').getByText('revoked').waitFor();

    await page.getByRole('combobox', { name: 'Scope' }).click();
    await page.getByRole('option', { name: 'Machine', exact: true }).click();
    await row('machine ').getByRole('link').waitFor();
    expect(new URL(page.url()).search).toBe('?revoked=true&scope=machine');
    expect(surprises(watched, REFUSED)).toEqual([]);
    await watched.close();
  });

  it('come in pages', async () => {
    const key = await adminToken(server);
    for (let index = 0; index < 51; index++) {
      const json = { name: `scraper ${index}`, scope: 'prometheus' };
      expect((await call(server, 'POST', '/api/v1/api-keys', { key, json })).status).toBe(201);
    }
    const watched = await signedIn(browser, server, '/settings/keys?scope=prometheus');
    const { page } = watched;
    await page.getByRole('row').filter({ hasText: 'scraper 50' }).waitFor();
    expect(await page.getByRole('button', { name: 'Revoke scraper 0' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('button', { name: 'Revoke scraper 0' }).waitFor();
    await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('the audit log', () => {
  it('says who did what, and is narrowed down', async () => {
    const account = await makeUser('audited');
    await call(server, 'POST', '/api/v1/auth/login', {
      json: { ...account, password: 'not the password' },
    });
    const watched = await signedIn(browser, server, '/settings/audit');
    const { page } = watched;
    const added = page.getByRole('row').filter({ hasText: 'added the user audited@procspy.test' });
    await added.getByText(ADMIN.email).waitFor();
    await added.getByText('Details').click();
    await added.getByText('user.create').waitFor();

    await page.getByLabel('Who').fill('AUDITED');
    await added.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'failed to sign in' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'Succeeded' }).click();
    await page.getByText('No entry matches').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await added.waitFor();
    await page.getByLabel('To', { exact: true }).fill('2001-01-01');
    await page.getByText('No entry matches').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'session.open' }).click();
    await added.waitFor({ state: 'detached' });
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('the server', () => {
  it('tells of itself, its processes and its jobs', async () => {
    const watched = await signedIn(browser, server, '/settings/server');
    const { page } = watched;
    const section = region(page, 'This server');
    await section.getByText('Ready', { exact: true }).waitFor();
    await section.getByText(/^SQLite \d/).waitFor();
    const replica = region(page, 'Process').getByRole('row').filter({ hasText: 'answers' });
    await replica.getByText(String(server.pid)).waitFor();
    await replica.getByText('runs the jobs').waitFor();
    const job = region(page, 'Background jobs').getByRole('row').filter({ hasText: 'alert rules' });
    await job.getByText('done').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('sections for administrators', () => {
  it('are closed to viewers, also by their address', async () => {
    const account = await makeUser('only-looks');
    const watched = await signedIn(browser, server, '/settings/users', account);
    const { page } = watched;
    for (const section of ['users', 'keys', 'audit', 'server']) {
      await page.goto(`/settings/${section}`);
      await page.getByRole('heading', { name: 'Not permitted' }).waitFor();
      await page.getByText(`You are signed in as ${account.email}`).waitFor();
    }
    expect(await faultsOf(page)).toEqual([]);
    const sections = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
    expect(await sections.allTextContents()).toEqual(['Account', 'History', 'About']);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
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

describe('the open mode', () => {
  it('has history and the rest that needs no user', async () => {
    const open = await startServer({
      database: 'sqlite',
      env: { PROCSPY_AUTH_REQUIRED: 'false' },
    });
    try {
      const watched = await openPage(browser, open.url);
      const { page } = watched;
      await page.goto('/');
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
      const sections = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
      expect(await sections.allTextContents()).toEqual(['History', 'About']);
      await page.getByRole('link', { name: 'About' }).click();
      await page.getByRole('link', { name: 'Documentation of every route' }).waitFor();
      await page.goto('/settings/users');
      await page.getByRole('heading', { name: 'Not permitted' }).waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
      await signIn(page);
      await page.getByRole('table', { name: 'Users' }).waitFor();
      expect(surprises(watched)).toEqual([]);
      await watched.close();
    } finally {
      await open.stop();
    }
  });
});
