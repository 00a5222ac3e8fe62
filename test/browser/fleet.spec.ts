/** The list of machines at a glance: the last hour, the summary, groups, columns and saved views. */
import type { Browser, Page } from 'playwright-core';
import { adminToken, call, register, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { accessibilityFaults } from './axe.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signedIn, signIn, surprises } from './dashboard-page.js';

const MINUTE = 60_000;

/** Runs in the page: counts what changes in the small charts of the list. */
const COUNT_CHANGES = `
  window.changes = 0;
  for (const chart of document.querySelectorAll('td svg[role="img"]')) {
    new MutationObserver((list) => { window.changes += list.length; })
      .observe(chart, { attributes: true, childList: true, subtree: true });
  }`;

/** What the browser itself writes into the console while it is offline. */
const OFFLINE = /net::ERR_|WebSocket connection to .* failed/;
/** Runs in the page: changes the status and the groups before React draws the first change. */
const TWO_CHANGES = `
  document.querySelector('button[data-kind="online"]').click();
  const groups = document.querySelector('select[aria-label="Groups"]');
  groups.value = 'tag';
  groups.dispatchEvent(new Event('change', { bubbles: true }));`;

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer({ database: 'sqlite' })]);
});

afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** The table's row of a machine. */
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
/** The line that says whether all is well. */
const summaryOf = (page: Page) => page.locator('main p').first();
const namesIn = (page: Page) => page.locator('tbody a').allTextContents();

/** A machine that has sent `values` and stays online after that, unless it registers with `more`. */
async function machine(name: string, values: object, more: object = {}): Promise<TestMachine> {
  const registered = await register(server, name, { interval_seconds: 3_600, ...more });
  await push(server, registered, values);
  return registered;
}

/** Removes every machine, so that a test knows the whole fleet. */
async function startAfresh(): Promise<void> {
  const key = await adminToken(server);
  const { body } = await call(server, 'GET', '/api/v1/machines?limit=500', { key });
  for (const { machine_id } of body.items) {
    await call(server, 'DELETE', `/api/v1/machines/${machine_id}`, { key });
  }
}

/** Sets the administrator's preferences back. */
async function forgetPreferences(): Promise<void> {
  const key = await adminToken(server);
  const { body } = await call(server, 'GET', '/api/v1/auth/preferences', { key });
  const json = Object.fromEntries(Object.keys(body).map((name) => [name, null]));
  await call(server, 'PATCH', '/api/v1/auth/preferences', { key, json });
}

beforeEach(() => Promise.all([startAfresh(), forgetPreferences()]));

describe('the last hour', () => {
  it('of all machines comes in one call and stays as it is while samples arrive', async () => {
    const busy = await machine('busy', { cpu: 10, ram: 30, timestamp: Date.now() - 40 * MINUTE });
    await push(server, busy, { cpu: 61, ram: 30 });
    await machine('idle', { cpu: 3, ram: 20 });
    const watched = await openPage(browser, server.url);
    const { page } = watched;
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/metrics?')) asked.push(request.url());
    });
    await page.goto('/login');
    await signIn(page);
    const row = rowOf(page, 'busy');
    await row.getByRole('img', { name: 'CPU last hour: 10 to 61%' }).waitFor();
    await row.getByRole('img', { name: 'Memory last hour: 30%' }).waitFor();
    await rowOf(page, 'idle').getByRole('img', { name: 'CPU last hour: 3%' }).waitFor();
    expect(asked).toEqual([expect.stringContaining('machine_ids=all&')]);

    await page.evaluate(COUNT_CHANGES);
    await push(server, busy, { cpu: 97, ram: 30 });
    await row.getByText('97%').waitFor();
    expect(await page.evaluate('window.changes')).toBe(0);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('the summary', () => {
  it('says that all is well, and what is not with links to it', async () => {
    const nas = await machine('nas', { cpu: 5 });
    await machine('pi', { cpu: 5 });
    const watched = await signedIn(browser, server);
    const { page } = watched;
    const summary = summaryOf(page);
    await summary.getByText('All 2 machines are well.').waitFor();

    const old = await machine('attic', { cpu: 5 }, { agent_version: '0.0.9' });
    await summary.getByText('All 3 machines are well.').waitFor();
    await summary.getByRole('link', { name: '1 with an old agent' }).waitFor();
    await rowOf(page, 'attic')
      .getByRole('img', { name: /^Its agent 0\.0\.9 is older/ })
      .waitFor();

    await push(server, nas, { cpu: 5, disk: 95 });
    await summary.getByRole('link', { name: '1 hot' }).click();
    await page.waitForURL((url) => url.search === '?status=hot');
    await rowOf(page, 'pi').waitFor({ state: 'detached' });
    expect(await namesIn(page)).toEqual(['nas']);
    await summary.getByRole('link', { name: 'nas' }).click();
    await page.getByRole('heading', { name: 'nas' }).waitFor();
    expect(old.machine_id).not.toBe(nas.machine_id);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('counts firing alerts by severity, and machines that are late before they are down', async () => {
    const key = await adminToken(server);
    const json = { name: 'Busy', metric: 'cpu', operator: 'gt', threshold: 70, for_seconds: 0 };
    const rule = await call(server, 'POST', '/api/v1/alert-rules', {
      key,
      json: { ...json, severity: 'critical' },
    });
    expect(rule.status).toBe(201);
    const worker = await machine('worker', { cpu: 5 }, { interval_seconds: 2 });
    await machine('slow-clock', { cpu: 5 }, { clock_offset_seconds: -300 });
    const watched = await signedIn(browser, server);
    const { page } = watched;
    const summary = summaryOf(page);
    await rowOf(page, 'slow-clock')
      .getByRole('img', { name: 'Its clock is 5m 0s slow' })
      .or(rowOf(page, 'slow-clock').getByRole('img', { name: 'Its clock is 5m slow' }))
      .waitFor();
    await push(server, worker, { cpu: 80 });
    await summary.getByRole('link', { name: '1 critical alert' }).waitFor();
    await call(server, 'DELETE', `/api/v1/alert-rules/${rule.body.id}`, { key });
    // It is late after 6 s, and counts as offline after 15 s.
    await rowOf(page, 'worker')
      .getByRole('img', { name: /^Its samples are late/ })
      .waitFor();
    await summary.getByRole('link', { name: /\d late/ }).waitFor();
    await rowOf(page, 'worker').getByTitle('Offline').waitFor();
    await summary.getByRole('link', { name: /\d offline/ }).waitFor();
    await waitFor('the title', async () => /^\(\d down\)/.test(await page.title()));
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('the toolbar', () => {
  it('keeps both of two quick changes, and the search that was emptied stays empty', async () => {
    await machine('web-1', { cpu: 5 }, { tags: ['web'] });
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await rowOf(page, 'web-1').waitFor();
    await page.evaluate(TWO_CHANGES);
    await page.waitForURL((url) => url.search === '?status=online&group=tag');
    await page.getByRole('button', { name: /^web/ }).waitFor();

    const search = page.getByLabel('Search machines');
    await search.fill('nothing');
    await page.getByText('No machine matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await rowOf(page, 'web-1').waitFor();
    expect(await search.inputValue()).toBe('');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('calls no machine late because the page itself is cut off', async () => {
    await machine('near', { cpu: 5 }, { interval_seconds: 60 });
    const watched = await openPage(browser, server.url);
    const { page } = watched;
    await page.clock.install();
    await page.goto('/login');
    await signIn(page);
    const row = rowOf(page, 'near');
    await row.waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' });
    await page.clock.fastForward(10 * MINUTE);
    await row.getByText('10m ago').waitFor();
    // Beside the notice that the list cannot be fetched.
    await page.getByText('The machine is well.').waitFor();
    expect(await row.getByRole('img', { name: /late/ }).count()).toBe(0);
    expect(surprises(watched, OFFLINE)).toEqual([]);
    await watched.close();
  });
});

describe('groups', () => {
  it('by tag stay folded, keep to the search, and are in the address', async () => {
    await machine('web-1', { cpu: 5 }, { tags: ['web', 'prod'] });
    await machine('db-1', { cpu: 95 }, { tags: ['prod'] });
    await machine('loose', { cpu: 5 });
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await page.getByLabel('Groups').selectOption('By tag');
    const heads = page.locator('tbody th');
    await heads.first().waitFor();
    const texts = async () => (await heads.allTextContents()).join('|');
    expect(await texts()).toBe('prod2 online1 hot|web1 online|No tag1 online');
    expect(await namesIn(page)).toEqual(['db-1', 'web-1', 'web-1', 'loose']);
    expect(new URL(page.url()).search).toBe('?group=tag');

    await page.getByRole('button', { name: /^prod/ }).click();
    await page.getByRole('link', { name: 'db-1' }).first().waitFor();
    await waitFor('the group to fold', async () => (await namesIn(page)).join() === 'web-1,loose');
    await page.getByLabel('Search machines').fill('web');
    await waitFor('the search', async () => (await namesIn(page)).join() === 'web-1');
    expect(await accessibilityFaults(page)).toEqual([]);

    // Kept with the user, not with the browser.
    await waitFor('the server to know', async () => {
      const key = await adminToken(server);
      const { body } = await call(server, 'GET', '/api/v1/auth/preferences', { key });
      return body['fleet.folded_groups']?.join() === 'tag:prod';
    });
    const other = await signedIn(browser, server, '/?group=tag');
    await other.page.getByRole('button', { name: /^prod/, expanded: false }).click();
    await other.page.getByRole('button', { name: /^prod/, expanded: true }).waitFor();
    await other.close();

    await page.getByLabel('Groups').selectOption('By system');
    await page.getByRole('button', { name: /^Linux/ }).waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('columns', () => {
  const heads = (page: Page) => page.locator('thead th').allTextContents();

  it('are chosen, kept for the user on every browser, and shared by the address', async () => {
    await machine('one', { cpu: 5, swap: 12, processes: 321 });
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await rowOf(page, 'one').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Swap').check();
    await page.getByLabel('Processes').check();
    await page.getByLabel('Network received').uncheck();
    await page.keyboard.press('Escape');
    await rowOf(page, 'one').getByText('321').waitFor();
    await page.getByRole('columnheader', { name: 'Net in' }).waitFor({ state: 'detached' });
    expect(await heads(page)).toEqual(
      expect.arrayContaining(['Swap', 'Processes', 'Net out', 'CPU']),
    );
    const { search } = new URL(page.url());
    expect(search).toMatch(/^\?columns=.*\bswap\b/);
    await page.getByRole('button', { name: 'Processes' }).click();
    await page.locator('th[aria-sort="descending"]').filter({ hasText: 'Processes' }).waitFor();

    const chosen = await heads(page);
    await waitFor('the server to know', async () => {
      const key = await adminToken(server);
      const { body } = await call(server, 'GET', '/api/v1/auth/preferences', { key });
      return body['fleet.columns']?.includes('swap');
    });
    const other = await signedIn(browser, server, '/alerts');
    await other.page.getByRole('link', { name: 'Machines', exact: true }).click();
    await other.page.waitForURL((url) => url.search === search);
    await rowOf(other.page, 'one').waitFor();
    expect(await heads(other.page)).toEqual(chosen);
    await other.page.goto('/?columns=os.disk');
    await rowOf(other.page, 'one').waitFor();
    expect(await heads(other.page)).toEqual(['!', 'Name', 'System', 'Disk']);
    await other.page.getByRole('button', { name: 'Columns' }).click();
    await other.page.getByRole('button', { name: 'Show what fits' }).click();
    await other.page.waitForURL((url) => url.search === '');
    await other.page.getByRole('columnheader', { name: 'Net in' }).waitFor();
    await other.close();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('saved views', () => {
  it('are saved, opened, renamed, made the default and deleted', async () => {
    await machine('web-1', { cpu: 5 }, { tags: ['web'] });
    await machine('db-1', { cpu: 5 });
    const watched = await signedIn(browser, server, '/?q=web&group=tag');
    const { page } = watched;
    const dialog = page.getByRole('dialog');
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await choose('Save this view');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Give the view a name').waitFor();
    const opens = dialog.getByLabel('Open the list with this view');
    expect(await opens.isChecked()).toBe(false);
    await dialog.getByLabel('Name of the view').fill('Web');
    await opens.check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });

    // The list opens with it, and can be shown without it.
    await page.goto('/');
    await page.waitForURL((url) => url.search === '?q=web&group=tag');
    await page.getByLabel('Search machines').fill('');
    await page.getByLabel('Groups').selectOption('No groups');
    await page.waitForURL((url) => url.search === '');
    await rowOf(page, 'db-1').waitFor();
    await page.reload();
    await rowOf(page, 'db-1').waitFor();
    expect(new URL(page.url()).search).toBe('');

    // The switch takes the default back, too.
    await choose('Web');
    await page.waitForURL((url) => url.search === '?q=web&group=tag');
    for (const isDefault of [true, false]) {
      await choose('Save this view');
      await waitFor('the switch', async () => (await opens.isChecked()) === isDefault);
      await opens.setChecked(!isDefault);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await choose('Edit views');
    await dialog.getByLabel('Name of the view Web').fill('Front');
    await dialog.getByLabel('Name of the view Web').press('Enter');
    await dialog.getByLabel('Delete Front').waitFor();
    await dialog.getByRole('button', { name: 'Open the list with Front', pressed: true }).click();
    await dialog
      .getByRole('button', { name: 'Open the list with Front', pressed: false })
      .waitFor();
    await dialog.getByLabel('Delete Front').click();
    await dialog.getByText('No view is left').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.goto('/');
    await rowOf(page, 'db-1').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});
