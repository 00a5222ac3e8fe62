/**
 * Writes the README's pictures, docs/images/dashboard.png, machine.png and wall.png: starts the built server
 * with an agent for this machine and a few machines that do not exist, and photographs the page.
 * Needs `npm run build` and an installed Chromium (PROCSPY_CHROMIUM names another one).
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { enrollFleet, INTERVAL_MS, pushHistory, pushLive } from './lib/demo-fleet.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const IMAGES = join(ROOT, 'docs/images');
const ADMIN = { email: 'admin@example.org', password: randomBytes(12).toString('hex') };
const ENROLLMENT_KEY = randomBytes(24).toString('hex');
const HISTORY_MS = 61 * 60_000;
const MIN_SILENCE_MS = 20_000;

const home = await mkdtemp(join(tmpdir(), 'procspy-screenshot-'));
const children = [];
try {
  const url = await startServer();
  start('agent/dist/procspy-agent.mjs', ['run', '--interval', '1s', '--name', 'this-machine'], {
    PROCSPY_SERVER_URL: url,
    PROCSPY_ENROLLMENT_KEY: ENROLLMENT_KEY,
    PROCSPY_STATE_DIR: join(home, 'agent'),
  });
  const machines = await enrollFleet(url, ENROLLMENT_KEY);
  await pushHistory(url, machines, HISTORY_MS);
  const stop = pushLive(url, machines, (error) => {
    process.stderr.write(`${error.message}\n`);
  });
  await photograph(url, machines);
  await stop();
} finally {
  await Promise.all(children.map(end));
  await rm(home, { recursive: true, force: true });
}

function start(script, args, environment) {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  return child;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function startServer() {
  const server = start('dist/bundle/procspy-server.mjs', [], {
    HOST: '127.0.0.1',
    PORT: '0',
    PROCSPY_DATA_DIR: join(home, 'server'),
    PROCSPY_ENROLLMENT_KEY: ENROLLMENT_KEY,
    PROCSPY_ADMIN_EMAIL: ADMIN.email,
    PROCSPY_ADMIN_PASSWORD: ADMIN.password,
  });
  const [{ url }] = await once(server, 'message', { signal: AbortSignal.timeout(30_000) });
  return url;
}

async function photograph(url, machines) {
  await mkdir(IMAGES, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.PROCSPY_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width: 1280, height: 800 },
      colorScheme: 'dark',
      locale: 'en-GB',
    });
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row').filter({ hasText: 'this-machine' }).waitFor();
    await page.getByTitle('Offline', { exact: true }).first().waitFor({ timeout: 60_000 });
    await sleep(MIN_SILENCE_MS / 4);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(IMAGES, 'dashboard.png') });

    const shown = machines.find(({ demo }) => demo.name === 'db-primary');
    await page.goto(`/machines/${shown.machine_id}`);
    await page.getByRole('figure', { name: 'CPU' }).locator('canvas').waitFor();
    await sleep(INTERVAL_MS);
    await page.screenshot({ path: join(IMAGES, 'machine.png') });

    await page.goto('/wall');
    await page.getByText(shown.demo.name).waitFor();
    await sleep(INTERVAL_MS);
    await page.screenshot({ path: join(IMAGES, 'wall.png') });
  } finally {
    await browser.close();
  }
}
