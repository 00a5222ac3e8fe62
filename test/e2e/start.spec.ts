/** `npm start` as a newcomer meets it: one command, and this machine is being watched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { call } from '../helpers/api.js';
import { ProcessOutput } from '../helpers/process-output.js';
import { waitFor } from '../helpers/wait.js';

const START = resolve(__dirname, '../../scripts/start.mjs');
const SERVER = resolve(__dirname, '../../dist/bundle/procspy-server.mjs');

describe('npm start', () => {
  let folder: string;
  let child: ChildProcess;
  let printed: ProcessOutput;
  /** Resolves to the exit code, after the last line was read. */
  let ended: Promise<number | null>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'procspy-start-'));
  });

  afterEach(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });

  function start(env: Record<string, string>): void {
    child = spawn(process.execPath, [START], {
      env: { PATH: process.env.PATH, HOME: folder, HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    printed = new ProcessOutput();
    printed.follow(child);
    ended = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Where the server is, as people are told. */
  const addressOf = () =>
    waitFor('the address', () => /^ +procspy is live at (\S+)$/m.exec(printed.text)?.[1], 60_000);

  it('watches this machine, tells how to sign in, and stops on Ctrl-C', async () => {
    start({ PORT: '0', PROCSPY_DATA_DIR: join(folder, 'data') });
    const url = await addressOf();
    const code = await waitFor('the code', () => /\/setup\?code=([\w-]+)/.exec(printed.text)?.[1]);
    const { body } = await call({ url }, 'POST', '/api/v1/auth/setup', {
      json: { code, email: 'me@example.com', password: 'correct horse battery' },
    });
    const machine = await waitFor('this machine to report', async () => {
      const list = await call({ url }, 'GET', '/api/v1/machines', { key: body.access_token });
      return list.body.items[0]?.latest ? list.body.items[0] : null;
    });
    expect(machine).toMatchObject({ status: 'online', latest: { ram: expect.any(Number) } });
    const page = await call({ url }, 'GET', '/');
    expect(page.body).toContain('<div id="root">');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(printed.text).not.toContain('killed after');
    // Server and agent in one style, though this is no terminal.
    const lines = printed.text.split('\n').filter((line) => line !== '');
    const form = /^\d{4}-\d\d-\d\dT\S+Z (INFO |WARN |ERROR) \S|^ {2,}\S|^building the .* …$/;
    expect(lines.filter((line) => !form.test(line))).toEqual([]);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const secret of (await readdir(join(folder, 'data'))).filter((name) =>
      /secret|key/.test(name),
    )) {
      expect((await stat(join(folder, 'data', secret))).mode & 0o777).toBe(0o600);
    }
  }, 120_000);

  it('leaves nothing running behind it, even when it is killed', async () => {
    start({ PORT: '0', PROCSPY_DATA_DIR: join(folder, 'data') });
    await addressOf();
    await waitFor('the agent', () => printed.text.includes('registered with'));
    child.kill('SIGKILL');
    // Output ends with the last process that could write to it.
    await ended;
    expect(printed.text).toContain('finishing what was accepted');
    expect(printed.text).toContain('SIGTERM: stopping');
  }, 120_000);

  it('leaves no server behind whose starter is gone before it listens', async () => {
    child = spawn(process.execPath, [SERVER], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        HOST: '127.0.0.1',
        PORT: '0',
        PROCSPY_DATA_DIR: folder,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    printed = new ProcessOutput();
    printed.follow(child);
    ended = once(child, 'exit').then(([code]) => code as number | null);
    child.disconnect();
    expect(await ended).toBe(0);
    expect(printed.text).not.toContain('Error');
  });

  it('says in one line that the port is taken', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as { port: number };
    start({ PORT: String(port), PROCSPY_DATA_DIR: join(folder, 'data') });
    expect(await ended).toBe(1);
    occupant.close();
    expect(printed.text).toContain(
      `procspy: PORT: port ${port} is already in use; for example: PORT=`,
    );
    expect(printed.text).not.toContain('    at ');
  });

  it('says in one line that the data directory cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    start({ PORT: '0', PROCSPY_DATA_DIR: join(folder, 'file', 'data') });
    expect(await ended).toBe(1);
    expect(printed.text.trim().split('\n')).toEqual([
      expect.stringMatching(/^procspy: PROCSPY_DATA_DIR: cannot write to .* for example: /),
    ]);
  });

  it('says in one line which setting is faulty', async () => {
    start({ PORT: 'web', PROCSPY_DATA_DIR: join(folder, 'data') });
    expect(await ended).toBe(1);
    expect(printed.text).toContain('procspy: PORT: "web" is not a whole number from 0 to 65535');
    expect(printed.text).not.toContain('    at ');
  });
});
