/** `doctor` beside an agent that sees another machine, as in a sandbox with a /proc of its own (field report 01). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE, TestAgent } from '../e2e/agent-process.js';
import { waitFor } from '../helpers/wait.js';

describe('doctor beside a running agent', () => {
  let agent: TestAgent;
  let stop: () => Promise<void>;

  beforeEach(() => {
    // Nothing listens there: what the agent sees does not depend on a server.
    agent = new TestAgent({ PROCSPY_SERVER_URL: 'http://127.0.0.1:9', PROCSPY_API_KEY: 'any' });
    stop = async () => undefined;
  });
  afterEach(async () => {
    await stop();
    await agent.remove();
  });

  /** Runs the agent where `prepare`, a shell command, has changed the mounts for it alone. */
  async function runWhere(prepare: string): Promise<void> {
    const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const script = `${prepare} && exec "$0" "$1" run`;
    const child = spawn(
      'unshare',
      [...asRoot, '--mount', 'sh', '-c', script, process.execPath, BUNDLE],
      {
        env: {
          PATH: process.env.PATH,
          PROCSPY_STATE_DIR: agent.stateDir,
          PROCSPY_SERVER_URL: 'http://127.0.0.1:9',
          PROCSPY_ENROLLMENT_KEY: 'any',
        },
        stdio: 'ignore',
      },
    );
    const ended = once(child, 'exit');
    stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    await waitFor('the lock', () => existsSync(join(agent.stateDir, 'agent.lock')));
  }

  async function service(): Promise<{ state: string; detail: string }> {
    const { stdout } = await agent.command(['doctor', '--json']);
    const { findings } = JSON.parse(stdout) as { findings: { name: string }[] };
    return findings.find(({ name }) => name === 'service') as never;
  }

  it('says that both see the same', async () => {
    await runWhere('true');
    expect(await service()).toMatchObject({
      state: 'works',
      detail: expect.stringContaining('sees what is seen here'),
    });
  });

  it('says what the agent sees in its sandbox, and what this shell sees', async () => {
    const file = join(agent.stateDir, 'meminfo');
    writeFileSync(file, 'MemTotal: 64000000 kB\nMemFree: 1 kB\nMemAvailable: 1 kB\n');
    await runWhere(`mount --bind "${file}" /proc/meminfo`);
    expect(await service()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('66 GB of memory, here '),
      mend: expect.stringContaining('ProtectKernelTunables'),
    });
  });
});
