/** The dashboard in a real browser, served by the built server. */
import type { Browser, Page, Route } from 'playwright-core';
import { adminToken, call, register, type TestMachine } from '../helpers/api.js';
import { ADMIN, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signedIn, signIn, surprises } from './dashboard-page.js';

/** What the browser itself writes into the console when the server refuses something. */
const REFUSED = /Failed to load resource: the server responded with a status of 40[0134]/;
/** The same while the server is away. */
const AWAY =
  /ERR_CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|ERR_SOCKET_NOT_CONNECTED|WebSocket connection to .* failed|ERR_EMPTY_RESPONSE|status of 503/;

/** True once the page of a machine is there, with every script and style sheet that it needs. */
const FETCHED_MACHINE_PAGE = `(() => {
  const entries = performance.getEntriesByType('resource').filter(({ responseEnd }) => responseEnd > 0);
  const fetched = new Set(entries.map(({ name }) => name));
  const links = document.querySelectorAll('link[rel="modulepreload"], link[rel="stylesheet"]');
  const wanted = [...links].map(({ href }) => href);
  return wanted.some((href) => /machine-page/.test(href)) && wanted.every((href) => fetched.has(href));
})()`;

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
});

/** The table's row of a machine. */
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

describe('the first run', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite', withoutAdmin: true });
  });

  afterAll(async () => {
    await server.stop();
  });

  it('creates the administrator with the printed code and shows how to add a machine', async () => {
    const [, code] = await waitFor('the setup code', () =>
      /setup\?code=([\w-]+)/.exec(server.output()),
    );
    const watched = await openPage(browser, server.url);
    const { page } = watched;
    await page.goto('/');
    await page.waitForURL('**/setup');

    await page.getByLabel('One-time code').fill('WRON-GCOD-E000-0000');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByLabel('Password again').fill('other');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Use at least 10 characters').waitFor();
    await page.getByText('The two passwords are not the same').waitFor();

    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByLabel('Password again').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('The setup code is wrong').waitFor();

    await page.goto(`/setup?code=${code}`);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByLabel('Password again').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('No machine yet').waitFor();
    const command = `node procspy-agent.mjs install --server ${server.url} --enrollment-key <key>`;
    await page.getByText(command).waitFor();
    expect(surprises(watched, REFUSED)).toEqual([]);

    await page.goto('/setup');
    await page.getByText('No machine yet').waitFor();
    await watched.close();
  });
});

describe('the open mode', () => {
  it('shows the machines without a sign-in and offers to set up an account', async () => {
    const server = await startServer({
      database: 'sqlite',
      withoutAdmin: true,
      env: { PROCSPY_AUTH_REQUIRED: 'false' },
    });
    try {
      const watched = await openPage(browser, server.url);
      const { page } = watched;
      await page.goto('/');
      await page.getByText('No machine yet').waitFor();
      const command = page.locator('code', { hasText: 'node procspy-agent.mjs install' });
      expect(await command.textContent()).toMatch(new RegExp(`--server ${server.url}$`));
      await register(server, 'anyone');
      await rowOf(page, 'anyone').waitFor();
      expect(await page.getByRole('button', { name: 'Add machine' }).count()).toBe(0);
      await page.getByRole('link', { name: 'Set up' }).click();
      await page.waitForURL('**/setup');
      expect(surprises(watched)).toEqual([]);
      await watched.close();
    } finally {
      await server.stop();
    }
  });
});

describe('the dashboard', () => {
  let server: TestServer;
  let silent: TestMachine;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
    silent = await register(server, 'goes-silent');
    await push(server, silent, { cpu: 12 });
  });

  afterAll(async () => {
    await server.stop();
  });

  it('refuses a bad password in words, lets the right one in, and signs out', async () => {
    const watched = await openPage(browser, server.url);
    const { page } = watched;
    await page.goto('/?q=silent');
    await page.waitForURL('**/login?next=*');
    await signIn(page, 'not the password');
    await page.getByRole('alert').getByText('password is wrong').waitFor();

    await signIn(page);
    await rowOf(page, 'goes-silent').waitFor();
    expect(new URL(page.url()).search).toBe('?q=silent');

    await page.reload();
    await rowOf(page, 'goes-silent').waitFor();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/login*');
    await page.goto('/');
    await page.waitForURL('**/login');
    expect(surprises(watched, REFUSED)).toEqual([]);
    await watched.close();
  });

  it('shows a machine as soon as it registers, and its numbers as they change', async () => {
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await page.getByText('Live', { exact: true }).waitFor();
    const machine = await register(server, 'web-1');
    const row = rowOf(page, 'web-1');
    await row.waitFor();
    await push(server, machine, { cpu: 31.4, ram: 62, network_in: 1_500_000 });
    await row.getByText('31%').waitFor();
    await row.getByText('1.50 MB/s').waitFor();
    await push(server, machine, { cpu: 96, ram: 62 });
    await row.getByText('96%').waitFor();
    await page.getByRole('button', { name: /Hot/ }).getByText('1').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('narrows the list by search and status', async () => {
    await Promise.all(['db-1', 'db-2', 'cache-1'].map((name) => register(server, name)));
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await rowOf(page, 'cache-1').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('db');
    await rowOf(page, 'cache-1').waitFor({ state: 'detached' });
    const names = () => page.getByRole('link', { name: /^db-/ }).allTextContents();
    expect(await names()).toEqual(['db-1', 'db-2']);
    for (const order of ['ascending', 'descending']) {
      await page.getByRole('button', { name: 'Name', exact: true }).press('Enter');
      await page.locator(`th[aria-sort="${order}"]`).filter({ hasText: 'Name' }).waitFor();
    }
    expect(await names()).toEqual(['db-2', 'db-1']);
    await page.getByRole('button', { name: 'What needs attention first' }).click();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Pending/ }).click();
    await rowOf(page, 'goes-silent').waitFor({ state: 'detached' });
    await rowOf(page, 'cache-1').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('draws a chart where the browser reports a language that is none, as LANG=C makes it', async () => {
    const machine = await register(server, 'posix');
    await push(server, machine, { cpu: 20, timestamp: Date.now() - 5_000 });
    const posix = await launchBrowser({ LANG: 'C', LC_ALL: 'C' });
    try {
      const watched = await openPage(posix, server.url, { locale: undefined });
      const { page } = watched;
      // An installed browser may know better than the one from npm.
      await page.addInitScript(
        "Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix' })",
      );
      const path = `/machines/${machine.machine_id}`;
      await page.goto(`/login?next=${path}`);
      await signIn(page);
      await page.getByRole('figure', { name: 'CPU' }).getByText('20.0%').waitFor();
      expect(surprises(watched, REFUSED)).toEqual([]);
    } finally {
      await posix.close();
    }
  });

  it('draws a chart that moves by itself', async () => {
    const machine = await register(server, 'charted');
    await push(server, machine, { cpu: 10, timestamp: Date.now() - 10_000 });
    await push(server, machine, { cpu: 20, timestamp: Date.now() - 5_000 });
    const watched = await signedIn(browser, server, `/machines/${machine.machine_id}`);
    const { page } = watched;
    const chart = page.getByRole('figure', { name: 'CPU' });
    await chart.getByText('20.0%').waitFor();
    const picture = async () => (await chart.locator('canvas').screenshot()).toString('base64');
    const before = await picture();
    await push(server, machine, { cpu: 77.7 });
    await chart.getByText('77.7%').waitFor();
    await page.getByLabel('Now').getByText('77.7%').waitFor();
    await waitFor('the chart to be drawn again', async () => (await picture()) !== before);

    await page.getByText('24h', { exact: true }).click();
    await page.getByText('averages by the minute').waitFor();
    expect(new URL(page.url()).search).toBe('?range=24h');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('lists the devices and what could not be read', async () => {
    const machine = await register(server, 'with-devices');
    await push(server, machine, {
      devices: {
        filesystems: [{ name: '/srv', usage: 93, used_bytes: 93e9, total_bytes: 100e9 }],
        cores: [{ name: '0', usage: 55 }],
      },
      missing: { temperature: 'no sensor found' },
    });
    const watched = await signedIn(browser, server, `/machines/${machine.machine_id}`);
    const { page } = watched;
    await rowOf(page, '/srv').getByText('93%').waitFor();
    await page.getByRole('heading', { name: 'Cores 1' }).waitFor();
    await page.getByText('55%').waitFor();
    await page.getByText('Temperature (no sensor found)').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('takes names, tags and devices of strangers for text', async () => {
    const evil = '<img src=x onerror="alert(1)">';
    const answer = await call(server, 'POST', '/api/v1/machines/register', {
      key: server.enrollmentKey,
      json: {
        machine_name: evil,
        os: '"><script>alert(2)</script>',
        agent_version: '0.1.0',
        tags: ['<svg onload=alert(3)>', 'javascript:alert(4)'],
        host: { cpu_model: '<b onmouseover=alert(5)>' },
      },
    });
    expect(answer.status).toBe(201);
    const machine: TestMachine = answer.body;
    await push(server, machine, {
      devices: { filesystems: [{ name: '/<iframe src=javascript:alert(6)>', usage: 1 }] },
      missing: { gpu: '<script>alert(7)</script>' },
    });
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await page.getByRole('link', { name: evil }).click();
    await page.getByRole('heading', { name: evil }).waitFor();
    await page.getByText('/<iframe src=javascript:alert(6)>').first().waitFor();
    await page.getByText('GPU (<script>alert(7)</script>)').waitFor();
    expect(await page.locator('#root :is(script, iframe, img[src="x"])').count()).toBe(0);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('keeps a machine that registers while the list is on its way', async () => {
    const watched = await signedIn(browser, server);
    const { page } = watched;
    const frames: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
    );
    await page.reload();
    await rowOf(page, 'goes-silent').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByText('All is well').waitFor();

    const delayed = new Promise<void>((resolve, reject) => {
      const answerLate = async (route: Route): Promise<void> => {
        const list = await route.fetch();
        await register(server, 'meanwhile');
        await waitFor('the event', () => frames.some((frame) => frame.includes('meanwhile')));
        await route.fulfill({ response: list });
      };
      void page.route('**/api/v1/machines?*', (route) => answerLate(route).then(resolve, reject), {
        times: 1,
      });
    });
    await page.getByRole('link', { name: 'Machines', exact: true }).click();
    await delayed;
    await rowOf(page, 'meanwhile').waitFor();
    await rowOf(page, 'goes-silent').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('gives out a line that adds a machine, and renames, tags and deletes it', async () => {
    const watched = await signedIn(browser, server);
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Add machine' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Just try it').click();
    await dialog.getByText('Options of the key').click();
    await dialog.getByLabel('Name').fill('office');
    await dialog.getByLabel('Machines').selectOption('One');
    await dialog.getByText('works on one machine for a day').waitFor();
    await dialog.getByRole('button', { name: 'Copy the command' }).click();
    await dialog.getByText('Waiting for the first sample').waitFor();
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await dialog.locator('code').textContent()).toBe(command);

    const [, url, key] = /run --server (\S+) --enrollment-key (\S+)$/.exec(command) ?? [];
    expect(url).toBe(server.url);
    const keys = await call(server, 'GET', '/api/v1/api-keys?scope=enroll', {
      key: await adminToken(server),
    });
    expect(keys.body.items.find(({ name }: { name: string }) => name === 'office')).toMatchObject({
      max_uses: 1,
      expires_at: expect.any(String),
    });
    const answer = await call(server, 'POST', '/api/v1/machines/register', {
      key,
      json: { machine_name: 'newcomer', os: 'linux', agent_version: '0.1.0' },
    });
    expect(answer.status).toBe(201);
    await rowOf(page, 'newcomer').waitFor();
    const told = page.getByText('newcomer is connected').waitFor();
    await push(server, answer.body, { cpu: 3 });
    await told;
    await page.waitForURL(`**/machines/${answer.body.machine_id}`);
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Rename and tag' }).click();
    await dialog.getByLabel('Name').fill('settled');
    await dialog.getByLabel('Tags').fill('office');
    await dialog.getByLabel('Tags').press('Enter');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'settled' }).waitFor();
    await page.getByTitle('office').waitFor();

    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete machine' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL((address) => address.pathname === '/');
    await rowOf(page, 'goes-silent').waitFor();
    await rowOf(page, 'settled').waitFor({ state: 'detached' });
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('looks closer at what is dragged over, in every chart', async () => {
    const machine = await register(server, 'zoomed');
    await push(server, machine, { cpu: 10, timestamp: Date.now() - 400_000 });
    await push(server, machine, { cpu: 20 });
    const watched = await signedIn(browser, server, `/machines/${machine.machine_id}`);
    const { page } = watched;
    const figure = page.getByRole('figure', { name: 'CPU' });
    await figure.getByText('20.0%').waitFor();
    const chart = figure.locator('.u-over');
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart is not in sight');
    // Found anew each time: what comes in above the chart may move it.
    const pointAt = (part: number) =>
      chart.hover({ position: { x: box.width * part, y: box.height / 2 } });
    await pointAt(0.4);
    await page.mouse.down();
    await pointAt(0.55);
    await pointAt(0.7);
    await page.mouse.up();
    await page.waitForURL(/\?from=\d+&to=\d+/);
    const { searchParams } = new URL(page.url());
    const length = Number(searchParams.get('to')) - Number(searchParams.get('from'));
    expect(length / 900_000).toBeCloseTo(0.3, 1);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await page.waitForURL((address) => address.search === '');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('says so where an address leads nowhere', async () => {
    const watched = await signedIn(browser, server);
    const { page } = watched;
    for (const path of ['/nowhere', '/machines/00000000-0000-4000-8000-000000000000']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'Not found' }).waitFor();
    }
    expect(surprises(watched, REFUSED)).toEqual([]);
    await watched.close();
  });

  it('shows the cards on a phone, without scrolling sideways', async () => {
    const watched = await openPage(browser, server.url, {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
    });
    const { page } = watched;
    await page.goto('/login');
    await signIn(page);
    const card = page.getByRole('listitem').getByRole('link', { name: 'goes-silent' });
    await card.waitFor();
    const overflow = () =>
      page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(await overflow()).toBeLessThanOrEqual(0);
    await card.click();
    await page.getByRole('heading', { name: 'goes-silent' }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);

    await page.getByRole('link', { name: 'procspy, all machines' }).click();
    await page.getByRole('button', { name: 'Add machine' }).click();
    const copy = await page.getByRole('button', { name: 'Copy the command' }).boundingBox();
    expect((copy?.x ?? 360) + (copy?.width ?? 0)).toBeLessThan(360);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('shows that a machine has gone silent, and that it is back', async () => {
    const watched = await signedIn(browser, server, '/?q=silent');
    const { page } = watched;
    const row = rowOf(page, 'goes-silent');
    await row.getByTitle('Offline').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: /^[1-9]\d*\s*Offline/ }).waitFor();
    await push(server, silent, { cpu: 13 });
    await row.getByTitle('Online').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('says that the server is away, and goes on when it is back', async () => {
    const machine = await register(server, 'patient');
    await push(server, machine, { cpu: 21 });
    const watched = await signedIn(browser, server, '/?q=patient');
    const { page } = watched;
    await rowOf(page, 'patient').getByText('21%').waitFor();
    await waitFor('the pages beyond', () => page.evaluate<boolean>(FETCHED_MACHINE_PAGE));
    await server.terminate();
    await page.getByText('Connection to the server lost').waitFor();
    await rowOf(page, 'patient').getByRole('link', { name: 'patient' }).click();
    await page.getByRole('heading', { name: 'patient' }).waitFor();
    await page.getByLabel('Now').getByText('21.0%').waitFor();
    await page.getByRole('link', { name: 'Machines', exact: true }).first().click();
    await server.start();
    await page.getByText('Connection to the server lost').waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
    await push(server, machine, { cpu: 84 });
    await rowOf(page, 'patient').getByText('84%').waitFor();
    expect(surprises(watched, AWAY)).toEqual([]);
    await watched.close();
  });
});
