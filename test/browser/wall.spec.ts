/** The wall: every machine on one screen, with a session or with a read key, for as long as it hangs. */
import { EventEmitter, once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { adminToken, call, register, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signedIn, surprises } from './dashboard-page.js';

/** What the browser itself writes into the console when the server refuses something, or is away. */
const REFUSED = /Failed to load resource: the server responded with a status of 40[13]/;
const AWAY =
  /ERR_CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|ERR_SOCKET_NOT_CONNECTED|WebSocket connection to .* failed|ERR_EMPTY_RESPONSE|status of 503/;
/** Runs in the page: true if nothing is beyond the screen. */
const FITS = `(() => {
  const tiles = [...document.querySelectorAll('main li')].map((tile) => tile.getBoundingClientRect());
  const { scrollWidth, scrollHeight } = document.documentElement;
  return tiles.length > 0
    && tiles.every(({ left, top, right, bottom, height }) => left >= 0 && top >= 0
      && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5 && height > 2)
    && scrollWidth <= innerWidth && scrollHeight <= innerHeight;
})()`;

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;
let web: TestMachine;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer({ database: 'sqlite' })]);
  web = await register(server, 'web', { interval_seconds: 3_600 });
});

afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

const tileOf = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

async function newKey(scope: string): Promise<{ id: string; api_key: string }> {
  const key = await adminToken(server);
  const json = { name: `wall ${scope}`, scope };
  const { body } = await call(server, 'POST', '/api/v1/api-keys', { key, json });
  return body;
}

it('is reached from the list, shows the worst large, and moves by itself', async () => {
  await push(server, web, { cpu: 12, ram: 34 });
  const watched = await signedIn(browser, server);
  const { page } = watched;
  await page.getByRole('link', { name: 'Wall view' }).click();
  await page.getByRole('heading', { name: /well/ }).waitFor();
  await tileOf(page, 'web').getByText('12%').waitFor();

  await push(server, web, { cpu: 97, ram: 34 });
  const large = page.getByRole('list', { name: 'Machines that need attention' });
  await large.getByText('97%').waitFor();
  await large.getByText('hot').waitFor();
  await page.getByRole('heading', { name: '1 hot' }).waitFor();
  expect(surprises(watched)).toEqual([]);
  await watched.close();
});

it('does not say that all is well before it knows the alerts', async () => {
  await push(server, web, { cpu: 12, ram: 34 });
  const watched = await openPage(browser, server.url);
  const { page } = watched;
  const gate = new EventEmitter();
  const opened = once(gate, 'open');
  await page.route('**/api/v1/alerts?*', async (route) => {
    await opened;
    await route.fulfill({ status: 403, json: { code: 'auth.forbidden', message: 'Not allowed' } });
  });
  const { api_key } = await newKey('read');
  await page.goto(`/wall#key=${api_key}`);
  await page.getByRole('heading', { name: '1 machine', exact: true }).waitFor();
  gate.emit('open');
  await page.getByRole('heading', { name: /well\. Alerts could not be read/ }).waitFor();
  expect(surprises(watched, REFUSED)).toEqual([]);
  await watched.close();
});

it('opens with a read key, survives a reload, and goes on after the server was away', async () => {
  const { api_key } = await newKey('read');
  await push(server, web, { cpu: 21 });
  const watched = await openPage(browser, server.url);
  const { page } = watched;
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await page.goto(`/wall#key=${api_key}`);
  const tile = tileOf(page, 'web');
  await tile.getByText('21%').waitFor();
  await page.reload();
  await tile.getByText('21%').waitFor();
  await push(server, web, { cpu: 22 });
  await tile.getByText('22%').waitFor();

  await server.terminate();
  await page.getByText(/Not connected since \d\d:\d\d/).waitFor();
  await tile.getByText('22%').waitFor();
  await server.start();
  await page.getByText(/Not connected since/).waitFor({ state: 'detached' });
  await push(server, web, { cpu: 23 });
  await tile.getByText('23%').waitFor();
  expect(new URL(page.url()).hash).toBe(`#key=${api_key}`);
  // It is sent in headers alone, to this server alone.
  expect(addresses.length).toBeGreaterThan(5);
  expect(addresses.filter((address) => address.includes(api_key))).toEqual([]);
  expect(server.output()).not.toContain(api_key);
  expect(surprises(watched, AWAY)).toEqual([]);
  await watched.close();
});

it('says plainly that a key is refused', async () => {
  const watched = await openPage(browser, server.url);
  const { page } = watched;
  await page.goto('/wall#key=psk_r_nonsense');
  await page.getByRole('heading', { name: 'The server refuses this key' }).waitFor();
  const { api_key } = await newKey('enroll');
  await page.goto(`/wall#key=${api_key}`);
  await page.getByText(/key with scope read/).waitFor();
  expect(surprises(watched, REFUSED)).toEqual([]);
  await watched.close();
});

it('asks to sign in where it has no key', async () => {
  const watched = await openPage(browser, server.url);
  await watched.page.goto('/wall');
  await watched.page.waitForURL('**/login?next=%2Fwall');
  expect(surprises(watched, REFUSED)).toEqual([]);
  await watched.close();
});

it('fits any number of machines on the screen, on a phone too', async () => {
  const { api_key } = await newKey('read');
  const watched = await openPage(browser, server.url);
  const { page } = watched;
  await page.goto(`/wall#key=${api_key}`);
  let machines = 1;
  for (const count of [12, 60, 300]) {
    const names = Array.from({ length: count - machines }, (_, index) => `m-${machines + index}`);
    await Promise.all(names.map((name) => register(server, name)));
    machines = count;
    const items = page.getByRole('listitem');
    await waitFor(`${count} tiles`, async () => (await items.count()) === count);
    for (const viewport of [
      { width: 1920, height: 1080 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport);
      await waitFor('all of it to fit', () => page.evaluate<boolean>(FITS));
    }
  }
  expect(surprises(watched)).toEqual([]);
  await watched.close();
});
