import type { LineProcess } from '../../../shared/commands.js';
import { SYSTEM_ROOTS } from '../../../shared/roots.js';
import { patientReads } from '../../../testing/device-reads.js';
import { makeTree, type Tree } from '../../../testing/tree.js';
import type { Statfs } from '../filesystem-usage.js';
import { LinuxFilesystems } from './filesystems.js';
import { RemoteFilesystems, statRemoteFilesystems } from './remote-filesystems.js';

const stat = (bfree: number): Statfs => ({
  bsize: 1000,
  blocks: 100,
  bfree,
  bavail: bfree,
  files: 10,
  ffree: 5,
});
const line = (mountPoint: string, bfree: number) =>
  JSON.stringify({ mountPoint, stat: stat(bfree) });

/** The asking process, in the test's hand. */
class Asking {
  started = 0;
  stopped = 0;
  print: (line: string) => void = () => undefined;
  end: () => void = () => undefined;

  start = async (
    onLine: (line: string) => void,
    ended: (reason: string) => void,
  ): Promise<LineProcess> => {
    this.started += 1;
    this.print = onLine;
    this.end = () => ended('it ended');
    return {
      stop: () => {
        this.stopped += 1;
      },
    };
  };
}

describe('remote filesystems', () => {
  let asking: Asking;
  let remote: RemoteFilesystems;
  const free = async (nowMs: number, mountPoints = ['/nas', '/dead']) => {
    const answers = await remote.newest(mountPoints, nowMs);
    return mountPoints.map((mountPoint) => answers.get(mountPoint)?.bfree ?? null);
  };
  beforeEach(() => {
    jest.useFakeTimers();
    asking = new Asking();
    remote = new RemoteFilesystems(asking.start);
  });
  afterEach(() => {
    remote.close();
    jest.useRealTimers();
  });

  it('are waited for the first time, and are asked once a minute', async () => {
    const first = free(0);
    asking.print(line('/nas', 7));
    asking.print(line('/dead', 8));
    asking.end();
    expect(await first).toEqual([7, 8]);
    expect(await free(50_000)).toEqual([7, 8]);
    expect(asking.started).toBe(1);
    // The answers of the last minute stand until there are new ones.
    expect(await free(60_000)).toEqual([7, 8]);
    asking.print(line('/nas', 3));
    asking.print(line('/dead', 4));
    asking.end();
    expect(await free(70_000)).toEqual([3, 4]);
    expect(asking.started).toBe(2);
  });

  it('that hang hold up nobody for long, and the process that hangs is ended', async () => {
    const first = free(0);
    asking.print(line('/nas', 7));
    await jest.advanceTimersByTimeAsync(700);
    expect(await first).toEqual([7, null]);
    expect(asking.stopped).toBe(0);
    expect(await free(10_000)).toEqual([7, null]);
    expect(asking.stopped).toBe(1);
  });

  it('are asked at once where another is mounted', async () => {
    const first = free(0);
    asking.end();
    await first;
    await free(10_000, ['/nas']);
    expect(asking.started).toBe(2);
  });

  it('have no values where nobody can ask, or the answer is rubbish', async () => {
    asking.start = () => Promise.reject(new Error('no process'));
    remote = new RemoteFilesystems(asking.start);
    expect(await free(0)).toEqual([null, null]);
    asking = new Asking();
    remote = new RemoteFilesystems(asking.start);
    const first = free(0);
    for (const text of ['', '{', 'null', '{"mountPoint":"/nas"}', '[]']) asking.print(text);
    asking.end();
    expect(await first).toEqual([null, null]);
  });

  it('end with the collector', async () => {
    const first = free(0);
    await jest.advanceTimersByTimeAsync(700);
    await first;
    remote.close();
    expect(asking.stopped).toBe(1);
  });
});

describe('the process that asks', () => {
  const mountinfo = [
    '1 0 8:2 / / rw - ext4 /dev/sda2 rw',
    '2 1 0:52 / /nas rw - nfs4 nas:/volume rw',
    '3 1 0:53 / /dead rw - cifs //pc/dead rw',
    '4 1 8:17 / /usb rw - fuseblk /dev/sdb1 rw',
  ].join('\n');

  it('asks what may hang, and tells of each that answers', async () => {
    const told: object[] = [];
    await statRemoteFilesystems(
      (answer) => told.push(answer),
      false,
      SYSTEM_ROOTS,
      mountinfo,
      async (path) => {
        if (path === '/dead') throw new Error('host is down');
        return stat(path === '/nas' ? 1 : 2);
      },
    );
    expect(told).toEqual([
      { mountPoint: '/nas', stat: stat(1) },
      { mountPoint: '/usb', stat: stat(2) },
    ]);
  });
});

describe('all filesystems together', () => {
  let tree: Tree;
  afterEach(() => tree.remove());

  it('are local ones, asked here, and remote ones, asked elsewhere', async () => {
    tree = makeTree({
      'proc/self/mountinfo':
        '1 0 8:2 / / rw - ext4 /dev/sda2 rw\n2 1 0:5 / /nas rw - nfs nas:/ rw\n',
    });
    const asked: string[] = [];
    const asking = new Asking();
    const collector = new LinuxFilesystems({
      roots: tree.roots,
      reads: patientReads(),
      startAsking: () => asking.start,
      ask: async (path) => {
        asked.push(path);
        return stat(50);
      },
    });
    const reading = collector.collect(0);
    asking.print(line('/nas', 10));
    asking.end();
    expect((await reading).devices?.filesystems?.map(({ usage }) => usage)).toEqual([50, 90]);
    expect((await reading).metrics?.disk).toBe(50);
    expect(asked).toEqual(['/']);
    collector.close();
  });
});
