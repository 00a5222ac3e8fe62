/** The single executable: the agent for hosts without Node. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const agentFolder = resolve(__dirname, '../../agent');
const name = process.platform === 'win32' ? 'procspy-agent.exe' : 'procspy-agent';

jest.setTimeout(120_000);

describe('npm run build:binary', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'procspy-binary-'));
    await run(process.execPath, ['build-binary.mjs'], { cwd: agentFolder });
    copyFileSync(join(agentFolder, 'dist', name), join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes one file that runs alone, also what it runs of itself', async () => {
    const alone = { cwd: folder, env: {} };
    const { stdout } = await run(join(folder, name), ['once', '--json'], alone);
    expect(JSON.parse(stdout)).toMatchObject({ ram: expect.any(Number), cpu: expect.any(Number) });
    const facts = await run(join(folder, name), ['internal-host-facts'], alone);
    expect(JSON.parse(facts.stdout)).toHaveProperty('distribution');
  });
});
