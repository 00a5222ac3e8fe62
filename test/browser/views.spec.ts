/**
 * Every view of the dashboard in both colour schemes, on a desk and on a phone: accessible, never
 * wider than the screen. The pictures are kept in `test-results/views`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { adminToken, call, register, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { accessibilityFaults } from './axe.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signedIn, surprises } from './dashboard-page.js';

const PICTURES = join(import.meta.dirname, '../../test-results/views');
const WIDTHS = [1440, 390] as const;
const SCHEMES = ['light', 'dark'] as const;

/** A view: where it is, and what shows that it is complete. */
interface View {
  name: string;
  path: string | ((machine: TestMachine) => string);
  ready: (page: Page) => Promise<unknown>;
}

/** To add a view to the dashboard, add it here. */
const VIEWS: readonly View[] = [
  { name: 'fleet', path: '/', ready: (page) => page.getByText('web-1').first().waitFor() },
  {
    name: 'machine',
    path: ({ machine_id }) => `/machines/${machine_id}?range=1h`,
    ready: (page) => page.getByRole('figure', { name: 'CPU' }).waitFor(),
  },
  {
    name: 'alerts',
    path: '/alerts',
    ready: (page) => page.getByText('Too busy').first().waitFor(),
  },
  {
    name: 'alerts-by-machine',
    path: '/alerts?group=machine',
    ready: (page) => page.getByRole('region', { name: 'web-1' }).waitFor(),
  },
  {
    name: 'silences',
    path: '/alerts/silences',
    ready: (page) => page.getByRole('heading', { name: 'Active' }).waitFor(),
  },
  {
    name: 'silence-form',
    path: '/alerts/silences?new',
    ready: (page) => page.getByRole('dialog').getByLabel('Comment').waitFor(),
  },
  {
    name: 'rule-form',
    path: '/alerts/rules?edit=new',
    ready: (page) => page.getByRole('dialog').getByRole('figure').waitFor(),
  },
  {
    name: 'alert-rules',
    path: '/alerts/rules',
    ready: (page) => page.getByText('Too busy').first().waitFor(),
  },
  {
    name: 'alert-channels',
    path: '/alerts/channels',
    ready: (page) => page.getByRole('button', { name: 'New channel' }).first().waitFor(),
  },
  {
    name: 'settings-account',
    path: '/settings/account',
    ready: (page) => page.getByRole('table', { name: 'Sessions' }).waitFor(),
  },
  {
    name: 'settings-users',
    path: '/settings/users',
    ready: (page) => page.getByRole('table', { name: 'Users' }).waitFor(),
  },
  {
    name: 'settings-keys',
    path: '/settings/keys',
    ready: (page) => page.getByRole('table', { name: 'Keys' }).waitFor(),
  },
  {
    name: 'settings-audit',
    path: '/settings/audit',
    ready: (page) => page.getByRole('table', { name: 'Audit log' }).waitFor(),
  },
  {
    name: 'settings-server',
    path: '/settings/server',
    ready: (page) => page.getByRole('table', { name: 'Background jobs' }).waitFor(),
  },
  {
    name: 'settings-history',
    path: '/settings/history',
    ready: (page) => page.getByRole('table', { name: 'Retention' }).waitFor(),
  },
  {
    name: 'settings-about',
    path: '/settings/about',
    ready: (page) => page.getByRole('heading', { name: 'What is stored where' }).waitFor(),
  },
  { name: 'wall', path: '/wall', ready: (page) => page.getByText('web-1').first().waitFor() },
  {
    name: 'not-found',
    path: '/nowhere',
    ready: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
];

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;
let machine: TestMachine;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer({ database: 'sqlite' }),
    mkdir(PICTURES, { recursive: true }),
  ]);
  const rule = await call(server, 'POST', '/api/v1/alert-rules', {
    key: await adminToken(server),
    json: { name: 'Too busy', metric: 'cpu', operator: 'gt', threshold: 70, for_seconds: 0 },
  });
  expect(rule.status).toBe(201);
  const scraper = await call(server, 'POST', '/api/v1/api-keys', {
    key: await adminToken(server),
    json: { name: 'scraper', scope: 'prometheus' },
  });
  expect(scraper.status).toBe(201);
  const silence = await call(server, 'POST', '/api/v1/silences', {
    key: await adminToken(server),
    json: { tags: ['lab'], ends_at: Date.now() + 3_600_000, comment: 'new disks' },
  });
  expect(silence.status).toBe(201);
  machine = await register(server, 'web-1');
  for (const [index, cpu] of [20, 35, 91].entries()) {
    const timestamp = new Date(Date.now() - (3 - index) * 5_000).toISOString();
    await push(server, machine, { timestamp, cpu, ram: 62 });
  }
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Photographs the page in each scheme and width, and returns what is wrong with it there. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      const where = `${name}-${width}-${colorScheme}`;
      const excess: number = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (excess > 0) faults.push(`${where}: ${excess} pixels wider than the screen`);
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${where}: ${fault}`));
      await page.screenshot({ path: join(PICTURES, `${where}.png`), fullPage: true });
    }
  }
  return faults;
}

describe('every view', () => {
  it.each(VIEWS)('$name is accessible and fits', async ({ name, path, ready }) => {
    const address = typeof path === 'string' ? path : path(machine);
    const watched = await signedIn(browser, server, address);
    await ready(watched.page);
    expect(await faultsOf(watched.page, name)).toEqual([]);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('the sign-in page is accessible and fits', async () => {
    const watched = await openPage(browser, server.url);
    await watched.page.goto('/login');
    await watched.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await faultsOf(watched.page, 'login')).toEqual([]);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});
