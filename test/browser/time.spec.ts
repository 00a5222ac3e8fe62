/** The time in the charts of a machine: ranges, comparison, cursor and marks, in a real browser. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { launchBrowser, openPage } from './browser.js';
import { push, signedIn, signIn, surprises } from './dashboard-page.js';

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let browser: Browser;
let server: TestServer;
let machine: TestMachine;
let start: number;

/** A sample each minute: busier today than yesterday, restarted 40 minutes ago, silent before. */
function history(now: number) {
  const restart = now - 40 * MINUTE;
  const samples: object[] = [];
  for (let time = now - 26 * HOUR; time < now; time += MINUTE) {
    if (time > restart - 10 * MINUTE && time < restart) continue;
    const uptime = time < restart ? (time - now) / 1000 + 90 * 86_400 : (time - restart) / 1000;
    const values = { cpu: time < now - 12 * HOUR ? 20 : 50, uptime: Math.round(uptime) };
    samples.push(sample(machine, { timestamp: new Date(time).toISOString(), ...values }));
  }
  return samples;
}

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer({ database: 'sqlite' })]);
  machine = await register(server, 'past', { interval_seconds: 60 });
  start = Date.now();
  const samples = history(start);
  for (let at = 0; at < samples.length; at += 500) {
    const answer = await call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      json: { samples: samples.slice(at, at + 500) },
    });
    expect(answer.body.accepted).toBe(samples.slice(at, at + 500).length);
  }
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const chart = (page: Page, name = 'CPU') => page.getByRole('figure', { name });
const range = (page: Page) => {
  const { searchParams } = new URL(page.url());
  return { from: Number(searchParams.get('from')), to: Number(searchParams.get('to')) };
};
const machinePage = (search = '') =>
  signedIn(browser, server, `/machines/${machine.machine_id}${search}`);

describe('the range of the charts', () => {
  it('is chosen, stepped and zoomed, by keys as well, and the back button returns', async () => {
    const watched = await machinePage();
    const { page } = watched;
    await chart(page).waitFor();
    await page.getByText('6h', { exact: true }).click();
    await page.waitForURL(/\?range=6h$/);

    await page.getByRole('button', { name: 'Earlier by 6h' }).click();
    await page.waitForURL(/\?from=\d+&to=\d+$/);
    const first = range(page);
    expect(first.to - first.from).toBe(6 * HOUR);
    expect(Math.abs(first.to - (start - 6 * HOUR))).toBeLessThan(5 * MINUTE);

    await page.keyboard.press('Shift+ArrowLeft');
    await page.waitForURL((url) => url.searchParams.get('to') === String(first.from));
    await page.keyboard.press('Shift+ArrowUp');
    await page.waitForURL((url) => url.searchParams.get('from') === String(first.from - 9 * HOUR));
    expect(range(page).to - range(page).from).toBe(12 * HOUR);

    await page.goBack();
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('to') === String(first.to));
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForURL(/\?range=6h$/);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.waitForURL(/\?from=/);
    await page.keyboard.press('Shift+End');
    await page.waitForURL((url) => url.search === '');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('is typed or picked from a calendar, and what is none is explained', async () => {
    const watched = await machinePage();
    const { page } = watched;
    await page.getByRole('button', { name: 'Last 15 minutes' }).click();
    const field = page.getByLabel('Any range');
    await field.fill('soon');
    await field.press('Enter');
    await page.getByText('“soon” is no time').waitFor();
    await field.fill('last 3 hours');
    await field.press('Enter');
    await page.waitForURL(/\?range=3h$/);

    await page.getByRole('button', { name: 'Last 3 hours' }).click();
    await page.getByLabel('From').fill('2026-01-02T03:00');
    await page.getByLabel('To', { exact: true }).fill('2026-01-02T02:00');
    await page.getByRole('button', { name: 'Show these times' }).click();
    await page.getByText('The end must lie after the start').waitFor();
    await page.getByLabel('To', { exact: true }).fill('2026-01-02T05:30');
    await page.getByRole('button', { name: 'Show these times' }).click();
    await page.waitForURL(/\?from=\d+&to=\d+$/);
    expect(range(page).to - range(page).from).toBe(2.5 * HOUR);
    await page.getByText('Nothing was received in this time').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('another machine', () => {
  it('shows nothing of the one before until its own history is there', async () => {
    const other = await register(server, 'other', { interval_seconds: 60 });
    await push(server, other, { cpu: 7 });
    const watched = await machinePage('?range=1h');
    const { page } = watched;
    await page.getByText('Live', { exact: true }).waitFor();
    await chart(page).getByText('50.0%').waitFor();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(`**/machines/${other.machine_id}/metrics?**`, async (route) => {
      await released;
      await route.continue();
    });
    const asked = page.waitForRequest((request) =>
      request.url().includes(`${other.machine_id}/metrics?`),
    );

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Machine, page or action' }).fill('other');
    await page.getByRole('option', { name: /^other/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'other', level: 1 }).waitFor();
    await asked;
    expect(await chart(page).count()).toBe(0);
    release();
    await chart(page).getByText('7.0%').waitFor();
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('comparison', () => {
  it('shows the values of the day before beside those at the cursor, by one more call', async () => {
    const watched = await machinePage('?range=1h');
    const { page } = watched;
    await chart(page).getByText('50.0%').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const calls: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      const to = Number(url.searchParams.get('to'));
      const isEarlier = to < start - DAY + 3 * HOUR;
      if (url.pathname.endsWith('/metrics') && isEarlier) calls.push(request.url());
    });
    await page.getByLabel('Compare with').selectOption('a day before');
    await page.waitForURL(/\?range=1h&compare=day$/);
    await chart(page).getByTitle('a day before').getByText('20.0%').waitFor();
    await chart(page).getByText('50.0%').waitFor();
    expect(calls).toHaveLength(1);
    await page.getByText('6h', { exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('compare') === 'day');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('the cursor', () => {
  it('is the same in all charts, under a finger too', async () => {
    const watched = await openPage(browser, server.url, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    const { page } = watched;
    const path = `/machines/${machine.machine_id}?range=1h`;
    await page.goto(`/login?next=${encodeURIComponent(path)}`);
    await signIn(page);
    const plot = chart(page).locator('.u-over');
    await chart(page).getByText('50.0%').waitFor();
    const times = () =>
      Promise.all(
        ['CPU', 'Memory'].map((name) => chart(page, name).locator('figcaption').textContent()),
      );
    // The live range moves below the finger, also between the reading of one and the other.
    await waitFor('the same time in both charts', async () => {
      await plot.tap({ position: { x: 200, y: 60 } });
      const [cpu = '', memory = ''] = (await times()).map((text) => text ?? '');
      const isTime = /\d\d:\d\d:\d\d/.test(cpu);
      return isTime && cpu.replace('CPU', '') === memory.replace('Memory', '');
    });
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('marks', () => {
  it('name restarts and gaps, by keys as well, and lead to the minutes around them', async () => {
    const watched = await machinePage('?range=6h');
    const { page } = watched;
    const marks = chart(page, 'Memory').getByRole('toolbar', { name: 'What happened' });
    await marks.getByRole('button', { name: 'Nothing received for' }).focus();
    await page.keyboard.press('ArrowRight');
    await chart(page, 'Memory').getByText('Restarted').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?from=\d+&to=\d+$/);
    const { from, to } = range(page);
    expect(to - from).toBe(20 * MINUTE);
    const restart = start - 40 * MINUTE;
    expect(Math.abs(from + 15 * MINUTE - restart)).toBeLessThan(2 * MINUTE);
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });

  it('show an alert where a list of alerts leads', async () => {
    const rule = await call(server, 'POST', '/api/v1/alert-rules', {
      key: await adminToken(server),
      json: { name: 'Too busy', metric: 'cpu', operator: 'gt', threshold: 70, for_seconds: 0 },
    });
    expect(rule.status).toBe(201);
    const watched = await signedIn(browser, server, '/alerts');
    const { page } = watched;
    const busyAt = Date.now();
    await push(server, machine, { cpu: 88 });
    const item = page.getByRole('listitem').filter({ hasText: 'Too busy' });
    await item.getByRole('link', { name: 'past' }).click();
    await page.waitForURL(/\/machines\/.*\?from=\d+&to=\d+&alert=/);
    const { from, to } = range(page);
    expect(to - from).toBe(20 * MINUTE);
    expect(Math.abs(from + 15 * MINUTE - busyAt)).toBeLessThan(2 * MINUTE);
    const mark = chart(page).getByRole('button', { name: /^Too busy: CPU/ });
    await mark.waitFor();
    expect(await mark.getAttribute('data-selected')).toBe('true');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('the sections of a machine', () => {
  it('fold, stay folded, and tell when a filesystem will be full', async () => {
    const growing = await register(server, 'growing', { interval_seconds: 3600 });
    const now = Date.now();
    const samples = Array.from({ length: 7 * 24 }, (_, hour) => {
      const usage = 80 + hour / 24;
      const filesystems = [{ name: '/srv', usage }];
      const cores = Array.from({ length: 20 }, (__, core) => ({ name: String(core), usage: core }));
      const timestamp = now - (7 * 24 - 1 - hour) * HOUR;
      return sample(growing, { timestamp, devices: { filesystems, cores } });
    });
    const answer = await call(server, 'POST', '/api/v1/metrics/batch', {
      key: growing.api_key,
      json: { samples },
    });
    expect(answer.body.accepted).toBe(samples.length);
    const watched = await signedIn(browser, server, `/machines/${growing.machine_id}?range=7d`);
    const { page } = watched;
    const storage = page.getByRole('region', { name: 'Storage' });
    await storage.getByText("full in 13 days at this week's rate").waitFor();

    const map = page.getByRole('figure', { name: 'Usage' }).filter({ has: page.locator('canvas') });
    const row = map.first().getByRole('row', { name: /^19 / });
    await row.waitFor({ state: 'attached' });
    expect(await row.getByRole('cell').allTextContents()).toEqual(['19.0%', '19.0%']);

    const fold = page.getByRole('button', { name: 'Storage' });
    await fold.click();
    await storage.getByText('full in').waitFor({ state: 'detached' });
    expect(await fold.getAttribute('aria-expanded')).toBe('false');
    await page.reload();
    await page.getByRole('button', { name: 'Storage' }).waitFor();
    expect(await page.getByRole('button', { name: 'Storage' }).getAttribute('aria-expanded')).toBe(
      'false',
    );
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});

describe('export', () => {
  it('saves the charts as shown, every sample, and a chart as a picture', async () => {
    const watched = await machinePage('?range=6h');
    const { page } = watched;
    await page.getByText(/^Online 9\d\.\d%, off for 1\dm.*, 1 restart$/).waitFor();
    const saved = async (save: () => Promise<void>) => {
      const download = page.waitForEvent('download');
      await save();
      const file = await download;
      return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
    };
    const exported = (choice: string) =>
      saved(async () => {
        await page.getByRole('button', { name: 'Export' }).click();
        await page.getByRole('menuitem', { name: choice }).click();
      });

    const shown = await exported('The charts as shown (CSV)');
    expect(shown.name).toMatch(/^past_chart_.*\.csv$/);
    const [head, ...lines] = shown.content.toString().trimEnd().split('\r\n');
    expect(head).toMatch(/^timestamp,cpu,cpu_min,cpu_max,/);
    expect(lines.length).toBeGreaterThan(300);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,50,50,50,/);

    const samples = await exported('Every sample (NDJSON)');
    expect(samples.name).toMatch(/^past_samples_.*\.ndjson$/);
    const first = JSON.parse(samples.content.toString().split('\n')[0] ?? '');
    expect(first).toMatchObject({ cpu: 50, ram: 40.5 });

    const picture = await saved(() =>
      page.getByRole('button', { name: 'Save the chart CPU as a picture' }).click(),
    );
    expect(picture.name).toMatch(/^past_CPU_.*\.png$/);
    expect(picture.content.subarray(1, 4).toString()).toBe('PNG');
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});
