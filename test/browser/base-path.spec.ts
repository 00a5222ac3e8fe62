/** The dashboard under a path of a reverse proxy, in a real browser. */
import type { Browser } from 'playwright-core';
import { call, register, sample, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { SubPathProxy } from '../helpers/sub-path-proxy.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signIn, surprises } from './dashboard-page.js';

/** What the browser writes when the page asks whether a session lasts. */
const REFUSED = /Failed to load resource: the server responded with a status of 401/;

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;
let machine: TestMachine;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startServer({ database: 'sqlite', env: { PROCSPY_BASE_PATH: '/procspy/' } });
  machine = await register(server, 'web-1');
  await push(server, machine, { cpu: 12 });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('the dashboard under a path', () => {
  it.each([
    ['strips', true],
    ['passes on', false],
  ])('works behind a proxy that %s it', async (_, strips) => {
    const proxy = await new SubPathProxy(server.url, '/procspy', strips).start();
    const watched = await openPage(browser, proxy.url);
    const { page } = watched;
    const row = page.getByRole('row').filter({ hasText: 'web-1' });
    try {
      await page.goto('/procspy');
      await page.waitForURL(`${proxy.url}/procspy/login*`);
      await signIn(page);
      await row.waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await push(server, machine, { cpu: 31.4 });
      await row.getByText('31%').waitFor();
      expect(proxy.upgrades).toEqual([expect.stringMatching(/^\/procspy\/socket\.io\//)]);

      await row.getByRole('link', { name: 'web-1' }).click();
      const machinePage = `${proxy.url}/procspy/machines/${machine.machine_id}`;
      await page.waitForURL(machinePage);
      // The session's cookie is found again, and so are the page's files at a deeper address.
      await page.reload();
      await page.getByRole('heading', { name: 'web-1' }).waitFor();
      expect(page.url()).toBe(machinePage);
      const cookies = await page.context().cookies(`${proxy.url}/procspy/api/v1/auth/refresh`);
      expect(cookies.map(({ path }) => path)).toEqual(['/procspy/api/v1/auth']);

      await page.goto('/procspy/docs');
      await page.locator('.opblock').first().waitFor();
      expect(proxy.strays).toEqual([]);
      expect(surprises(watched, REFUSED)).toEqual([]);
    } finally {
      await watched.close();
      await proxy.stop();
    }
  });

  it('takes pushes, names the path in what it prints and in its document', async () => {
    expect(new URL(server.url).pathname).toBe('/procspy');
    const json = sample(machine, { cpu: 5 });
    const path = '/procspy/api/v1/metrics';
    const answer = await call(server, 'POST', path, { key: machine.api_key, json });
    expect(answer.status).toBe(200);
    const { body } = await call(server, 'GET', '/procspy/api/v1/openapi.json');
    expect(body.servers).toEqual([{ url: '/procspy' }]);
  });

  it('leads from the port of the server itself to the path', async () => {
    const watched = await openPage(browser, server.url);
    await watched.page.goto('/alerts');
    await watched.page.waitForURL('**/procspy/login?next=%2Falerts');
    await watched.close();
  });
});
