/** `npm run dev` and `npm run demo`: one command, and nothing is left behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { call } from '../helpers/api.js';
import { freePort } from '../helpers/ports.js';
import { ProcessOutput } from '../helpers/process-output.js';
import { waitFor } from '../helpers/wait.js';

const ROOT = resolve(__dirname, '../..');
const START_TIMEOUT_MS = 90_000;

let folder: string;
let child: ChildProcess;
let printed: ProcessOutput;
let ended: Promise<number | null>;

/** Where the page is, as people are told. */
const addressOf = () =>
  waitFor(
    'the address',
    () => /^ +procspy is live at (\S+)/m.exec(printed.text)?.[1],
    START_TIMEOUT_MS,
  );

function start(script: string, args: string[], env: Record<string, string>): void {
  child = spawn(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  printed = new ProcessOutput();
  printed.follow(child);
  ended = once(child, 'close').then(([code]) => code as number | null);
}

/** Its output ends with the last process that could write to it. */
async function expectNothingLeft(): Promise<void> {
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(printed.text).toContain('finishing what was accepted');
}

afterEach(async () => {
  child.kill('SIGKILL');
  await ended;
  await rm(folder, { recursive: true, force: true });
});

describe('npm run demo', () => {
  it('shows a fleet with a past and alerts, and removes it on Ctrl-C', async () => {
    folder = await mkdtemp(join(tmpdir(), 'procspy-demo-test-'));
    start('demo.mjs', [], { PORT: String(await freePort()), LOG_LEVEL: 'info' });
    const url = await addressOf();
    const password = await waitFor('the password', () => /Password: (\S+)/.exec(printed.text)?.[1]);
    const email = /E-mail: +(\S+)/.exec(printed.text)?.[1];
    const login = await call({ url }, 'POST', '/api/v1/auth/login', { json: { email, password } });
    const key = login.body.access_token;
    expect((await call({ url }, 'GET', '/')).body).toContain('<div id="root">');

    const { items } = (await call({ url }, 'GET', '/api/v1/machines?limit=100', { key })).body;
    expect(items).toHaveLength(12);
    const nas = items.find((item: { machine_name: string }) => item.machine_name === 'nas');
    expect(nas.latest.disk).toBeGreaterThan(90);
    const from = Date.now() - 30 * 3_600_000;
    const past = await call(
      { url },
      'GET',
      `/api/v1/machines/${nas.machine_id}/metrics?from=${from}&points=100&metrics=cpu`,
      { key },
    );
    const { cpu } = past.body.columns;
    expect(cpu.filter((value: unknown) => value === null).length).toBeLessThan(cpu.length / 10);
    for (const name of ['Disk is nearly full', 'Too hot']) {
      await waitFor(`the alert "${name}"`, async () => {
        const alerts = await call({ url }, 'GET', '/api/v1/alerts?state=firing', { key });
        return JSON.stringify(alerts.body).includes(name);
      });
    }
    await waitFor(
      'the machine that is offline',
      async () => {
        const list = await call({ url }, 'GET', '/api/v1/machines?limit=100', { key });
        return list.body.items.some(
          (item: { machine_name: string; status: string }) =>
            item.machine_name === 'garage-pi' && item.status === 'offline',
        );
      },
      100_000,
      500,
    );
    await expectNothingLeft();
    expect((await readdir(folder)).filter((name) => name.startsWith('procspy-demo-'))).toEqual([]);
  }, 300_000);
});

describe('npm run dev', () => {
  it('serves the page, watches this machine, and restarts after a change', async () => {
    // Below the root, where Node finds the packages.
    await mkdir(join(ROOT, '.dev'), { recursive: true });
    folder = await mkdtemp(join(ROOT, '.dev', 'test-'));
    const source = join(folder, 'src');
    await cp(join(ROOT, 'src'), source, { recursive: true });
    start('dev.mjs', [], {
      PORT: '0',
      PROCSPY_PAGE_PORT: String(await freePort()),
      PROCSPY_DEV_DIR: folder,
      PROCSPY_DEV_SOURCE: source,
    });
    const url = await addressOf();
    expect((await call({ url }, 'GET', '/')).body).toContain('/@vite/client');
    expect((await call({ url }, 'GET', '/health')).body).toBe('procspy is live!');
    const code = await waitFor('the code', () => /\/setup\?code=([\w-]+)/.exec(printed.text)?.[1]);
    const setup = await call({ url }, 'POST', '/api/v1/auth/setup', {
      json: { code, email: 'me@example.com', password: 'correct horse battery' },
    });
    await waitFor('this machine to report', async () => {
      const list = await call({ url }, 'GET', '/api/v1/machines', { key: setup.body.access_token });
      return list.body.items[0]?.latest;
    });

    await appendFile(join(source, 'main.ts'), "\nprocess.stdout.write('changed source\\n');\n");
    await waitFor('the new server', () => printed.text.includes('restarted the server in'));
    expect(printed.text).toContain('server | changed source');
    expect((await call({ url }, 'GET', '/health')).body).toBe('procspy is live!');

    await appendFile(join(source, 'main.ts'), '\nthis is no TypeScript\n');
    await waitFor('the fault', () => /dev +\| .*\n(dev +\| .*\n)*.*main\.ts/.test(printed.text));
    expect((await call({ url }, 'GET', '/health')).body).toBe('procspy is live!');
    await expectNothingLeft();
  }, 300_000);
});
