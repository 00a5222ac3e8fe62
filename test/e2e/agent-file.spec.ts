/** The agent as the server hands it out, and the line that starts it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentCommand } from '../../dashboard/src/shared/agent-command.js';
import { adminToken, call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { BUNDLE } from './agent-process.js';

describe('the agent that the server hands out', () => {
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    [server, folder] = await Promise.all([
      startServer({ database: 'sqlite' }),
      mkdtemp(join(tmpdir(), 'procspy-agent-file-')),
    ]);
  });

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is the one that was built with it, with a checksum for sha256sum', async () => {
    const answer = await fetch(new URL('/agent/procspy-agent.mjs', server.url));
    const content = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(content.equals(await readFile(BUNDLE))).toBe(true);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const checksum = await call(server, 'GET', '/agent/procspy-agent.mjs.sha256');
    expect(checksum.body).toBe(`${sha256}  procspy-agent.mjs\n`);
    expect((await call(server, 'GET', '/agent/other.mjs')).status).toBe(404);
  });

  it('reports the machine once the line of the dashboard is pasted', async () => {
    const key = await adminToken(server);
    const made = await call(server, 'POST', '/api/v1/api-keys', {
      key,
      json: { name: 'one machine', scope: 'enroll', max_uses: 1 },
    });
    const line = agentCommand({
      system: 'linux',
      mode: 'run',
      server: server.url,
      enrollmentKey: made.body.api_key,
    });
    // Neither a shell nor curl is part of what a test may need: Node downloads, and takes the words.
    const [, address = '', name = '', words = ''] =
      /^curl -fsSL (\S+) -o (\S+) && node (.+)$/.exec(line) ?? [];
    const download = await fetch(address);
    await writeFile(join(folder, name), Buffer.from(await download.arrayBuffer()));
    const agent = spawn(process.execPath, words.split(' '), {
      cwd: folder,
      env: { PROCSPY_STATE_DIR: join(folder, 'state'), PROCSPY_MACHINE_NAME: 'pasted' },
      stdio: 'ignore',
    });
    try {
      await waitFor('the first sample', async () => {
        const { body } = await call(server, 'GET', '/api/v1/machines', { key });
        return body.items.some(
          ({ machine_name, latest }: { machine_name: string; latest: unknown }) =>
            machine_name === 'pasted' && latest !== null,
        );
      });
    } finally {
      const ended = once(agent, 'exit');
      agent.kill('SIGTERM');
      await ended;
    }
  });
});
