/** The dashboard while the server cannot be reached, and as an app that can be installed. */
import type { Browser } from 'playwright-core';
import { register } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signIn, surprises } from './dashboard-page.js';

/** What the browser itself writes into the console while the server is away. */
const AWAY =
  /ERR_CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|ERR_SOCKET_NOT_CONNECTED|WebSocket connection to .* failed|ERR_EMPTY_RESPONSE|status of 503/;

/** Runs in the page, which has other types than Node. */
const WORKER_CONTROLS = 'navigator.serviceWorker.controller !== null';
const LIST_IS_KEPT = `caches
  .open('procspy-last-answers:/')
  .then((cache) => cache.keys())
  .then((keys) => ['/auth/me', '/machines?'].every((part) => keys.some(({ url }) => url.includes(part))))`;
/** Sets back when the list was kept, to noon of 2 January 2026. */
const AGE_LIST = `(async () => {
  const cache = await caches.open('procspy-last-answers:/');
  const key = (await cache.keys()).find(({ url }) => url.includes('/machines?'));
  const body = await (await cache.match(key)).text();
  const headers = { 'content-type': 'application/json', 'x-kept-at': String(Date.UTC(2026, 0, 2, 12)) };
  await cache.put(key, new Response(body, { headers }));
})()`;
const BROKEN_LINKS = `(async () => {
  const address = document.querySelector('link[rel="manifest"]').href;
  const manifest = await (await fetch(address)).json();
  const links = [...manifest.icons.map(({ src }) => src), './apple-touch-icon.png'];
  const answers = await Promise.all(links.map((link) => fetch(new URL(link, address))));
  return answers.filter(({ headers }) => headers.get('content-type') !== 'image/png').map(({ url }) => url);
})()`;

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

describe('the dashboard without its server', () => {
  it('opens with the last state, goes on when the server is back, and forgets it at sign-out', async () => {
    const machine = await register(server, 'kept', { interval_seconds: 3_600 });
    await push(server, machine, { cpu: 37 });
    const watched = await openPage(browser, server.url, { serviceWorkers: 'allow' });
    const { page } = watched;
    await page.goto('/login');
    await signIn(page);
    const row = page.getByRole('row').filter({ hasText: 'kept' });
    await row.getByText('37%').waitFor();
    expect(await page.evaluate(BROKEN_LINKS)).toEqual([]);
    await waitFor('the service worker', () => page.evaluate<boolean>(WORKER_CONTROLS));
    await waitFor('the list to be kept', () => page.evaluate<boolean>(LIST_IS_KEPT));

    await page.goto('/wall');
    await page.getByRole('heading', { name: 'The machine is well.' }).waitFor();
    await server.terminate();
    await page.goto('/');
    await page.getByText('The server cannot be reached. This is what was known at').waitFor();
    await row.getByText('37%').waitFor();
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
    await page.getByRole('link', { name: 'Machines', exact: true }).click();

    await page.evaluate(AGE_LIST);
    await page.goto('/wall');
    await page.getByText(/^Not connected since 2 Jan, \d\d:\d\d\. Values are old\.$/).waitFor();
    await page.goto('/');
    await row.getByText('37%').waitFor();

    await server.start();
    await page.getByText('The server cannot be reached').waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
    await push(server, machine, { cpu: 64 });
    await row.getByText('64%').waitFor();

    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/login*');
    await server.terminate();
    await page.goto('/');
    await page.getByText('No connection').waitFor();
    expect(await page.getByText('kept').count()).toBe(0);

    // A new session is kept as the one before was.
    await server.start();
    await page.getByRole('button', { name: 'Try now' }).click();
    await signIn(page);
    await row.waitFor();
    await waitFor('the list to be kept', () => page.evaluate<boolean>(LIST_IS_KEPT));
    await server.terminate();
    await page.reload();
    await row.waitFor();
    expect(surprises(watched, AWAY)).toEqual([]);
    await watched.close();
    await server.start();
  });
});
