import { mkdirSync, rmSync } from 'node:fs';
import { readHostname } from '../host/host-name.js';
import { rootsOf } from '../shared/roots.js';
import { makeTree, type Tree } from '../testing/tree.js';
import { readRecorded } from './read-twice.js';

describe('two recorded trees', () => {
  let trees: Tree[];
  const recorded = (uptime: string, busy: number, bytes: number) =>
    makeTree({
      'proc/stat': `cpu  ${busy} 0 0 ${1000 + busy} 0 0 0 0\ncpu0 ${busy} 0 0 ${1000 + busy} 0 0 0 0\n`,
      'proc/uptime': `${uptime} 0.00\n`,
      'proc/1/net/dev': `eth0: ${bytes} 0 0 0 0 0 0 0 ${2 * bytes} 0\n`,
      'proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
      'etc/real-name': 'web-1\n',
      'etc/hostname': '->/etc/real-name',
    });
  const read = async () => {
    const [first, next] = trees.map(({ path }) => rootsOf(path));
    if (!first || !next) throw new Error('two trees are needed');
    const { readings } = await readRecorded(first, next);
    return Object.assign({}, ...readings.map(({ metrics }) => metrics));
  };
  afterEach(() => {
    for (const { path } of trees) rmSync(path, { recursive: true, force: true });
  });

  it('tell the rates between them, by the uptime of the machine', async () => {
    trees = [recorded('100.00', 0, 0), recorded('104.00', 200, 4000)];
    expect(await read()).toMatchObject({
      cpu: 50,
      network_in: 1000,
      network_out: 2000,
      uptime: 104,
      disk: null,
    });
  });

  it('are a second apart where the uptime does not tell', async () => {
    trees = [recorded('100.00', 0, 0), recorded('100.00', 50, 4000)];
    expect((await read()).network_in).toBe(4000);
  });

  it('have no rates where the machine was restarted between them', async () => {
    trees = [recorded('100.00', 0, 0), recorded('3.00', 50, 4000)];
    expect(await read()).toMatchObject({ cpu: null, network_in: null, uptime: 3 });
  });

  it('follow links as the machine itself would', () => {
    trees = [recorded('1.00', 0, 0)];
    mkdirSync(`${trees[0]?.path}/sys`, { recursive: true });
    expect(readHostname(rootsOf(trees[0]?.path ?? null))).toBe('web-1');
  });
});
