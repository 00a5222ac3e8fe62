import { makeTree, type Tree } from '../testing/tree.js';
import { parsePidStat } from './collectors/process-parse.js';
import { Evidence, topProcesses } from './process-evidence.js';

const stat = (pid: number, name: string, ticks: number, pages: number) =>
  `${pid} (${name}) S 1 1 1 0 -1 4194560 1 1 1 1 ${ticks} 0 0 0 20 0 1 0 100 1000000 ${pages} 18446744073709551615`;

describe('evidence', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree({
      'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n',
      'proc/1/stat': stat(1, 'init', 0, 0),
      'proc/7/stat': stat(7, 'quiet', 100, 10),
      'proc/7/status': 'Name:\tquiet\nUid:\t0\t0\t0\t0\n',
      'proc/8/stat': stat(8, 'busy (worker) 1', 100, 5),
      'proc/8/status': 'Name:\tbusy\nUid:\t1000\t1000\t1000\t1000\n',
      'proc/uptime': '1 2',
    });
  });
  afterEach(() => tree.remove());

  it('is wanted until the time that the server named, an hour at most', () => {
    const evidence = new Evidence('linux', 2, tree.roots);
    expect(evidence.isWanted(0)).toBe(false);
    evidence.request({}, 0);
    evidence.request(undefined, 0);
    expect(evidence.isWanted(0)).toBe(false);
    evidence.request({ evidence_until: 60_000 }, 0);
    expect(evidence.isWanted(59_999)).toBe(true);
    expect(evidence.isWanted(60_000)).toBe(false);
    evidence.request({ evidence_until: Number.MAX_SAFE_INTEGER }, 0);
    expect(evidence.isWanted(3_600_000)).toBe(false);
    // This machine's clock is ahead of the server's.
    evidence.request({ evidence_until: 20_000 }, 90_000);
    expect(evidence.isWanted(100_000)).toBe(true);
  });

  it('tells CPU as percent of the whole machine, memory and user, and nothing else', async () => {
    const evidence = new Evidence('linux', 2, tree.roots, async (ms) => {
      expect(ms).toBe(300);
      tree.add({ 'proc/8/stat': stat(8, 'busy (worker) 1', 115, 5) });
    });
    expect((await evidence.read(0))[0]).toMatchObject({ pid: 8, cpu: 25 });
    tree.add({ 'proc/8/stat': stat(8, 'busy (worker) 1', 185, 5) });
    expect(await evidence.read(1000)).toEqual([
      { pid: 8, name: 'busy (worker) 1', user: 'ada', cpu: 50, rss_bytes: 5 * 4096 },
      { pid: 7, name: 'quiet', user: 'root', cpu: 0, rss_bytes: 10 * 4096 },
    ]);
  });

  it('names none where the processes of other users are hidden', async () => {
    tree.drop('proc/1');
    const evidence = new Evidence('linux', 2, tree.roots, async () => {
      throw new Error('nothing to look at twice');
    });
    expect(await evidence.read(0)).toEqual([]);
  });

  it('names the five heaviest by CPU and by memory, each once', () => {
    const processes = Array.from({ length: 20 }, (_, pid) => ({
      pid,
      name: `p${pid}`,
      user: null,
      cpu: pid,
      rss_bytes: 1000 - pid,
    }));
    expect(topProcesses(processes).map(({ pid }) => pid)).toEqual([
      19, 18, 17, 16, 15, 0, 1, 2, 3, 4,
    ]);
  });

  it('names processes as the server takes them', () => {
    const named = (pid: number, name: string) => ({ pid, name, user: null, cpu: 1, rss_bytes: 1 });
    expect(topProcesses([named(1, ''), named(2, 'a\n\u001b'), named(3, 'x'.repeat(999))])).toEqual([
      named(1, '?'),
      named(2, 'a\ufffd\ufffd'),
      named(3, 'x'.repeat(200)),
    ]);
  });

  it.each(['', '7', '7 (x', '7 (x) S'])('skips the broken line %j', (text) => {
    expect(parsePidStat(text)).toBeNull();
  });
});
