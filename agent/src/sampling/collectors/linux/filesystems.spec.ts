import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { patientReads } from '../../../testing/device-reads.js';
import { makeTree, type Tree } from '../../../testing/tree.js';
import type { CallStatfs, Statfs } from '../filesystem-usage.js';
import { LinuxFilesystems } from './filesystems.js';
import { isNetwork, parseMountinfo, realFilesystems } from './mounts.js';

const mountinfo = (name: string) =>
  readFileSync(join(__dirname, 'fixtures', `mountinfo-${name}.txt`), 'latin1');
const found = (name: string) =>
  realFilesystems(parseMountinfo(mountinfo(name))).map(({ mountPoint }) => mountPoint);

const stat = (blocks: number, bfree: number, bavail = bfree): Statfs => ({
  bsize: 1000,
  blocks,
  bfree,
  bavail,
  files: 100,
  ffree: 75,
});

describe('real filesystems', () => {
  it('of a laptop: each once, subvolumes and snaps left out, names unescaped', () => {
    expect(found('laptop')).toEqual([
      '/',
      '/boot',
      '/boot/efi',
      '/home/ada/Remote',
      '/media/ada/My Disk\\A',
    ]);
  });

  it('of a server: no bind mount, no overlay', () => {
    expect(found('server')).toEqual(['/', '/data', '/mnt/nas', '/tank', '/tank/backup']);
  });

  it('of a container: its root, which stands for the machine', () => {
    expect(found('container')).toEqual(['/']);
  });

  it('of a server: nothing of the kernel, whether its name is known or not, and no image', () => {
    const lines = [
      '1 0 8:2 / / rw - ext4 /dev/sda2 rw',
      '2 1 0:55 / /proc/fs/nfsd rw - nfsd nfsd rw',
      '3 1 0:56 / /sys/fs/resctrl rw - resctrl resctrl rw',
      '4 1 0:57 / /new rw - what_comes_next none rw',
      '5 1 7:1 / /snap/core ro - squashfs /dev/loop1 ro',
      '6 1 11:0 / /media/dvd ro - udf /dev/sr0 ro',
      '7 1 0:58 / /mnt/share rw - vboxsf share rw',
      '8 1 31:2 / /overlay rw - jffs2 /dev/mtdblock2 rw',
      '9 1 0:60 / /tank/.zfs/snapshot/daily ro - zfs tank@daily ro',
      '10 1 0:61 / /var/lib/docker/zfs/graph/4f1c rw - zfs tank/docker/4f1c rw',
      '11 1 8:33 / /var/lib/docker rw - ext4 /dev/sdc1 rw',
    ];
    const mounts = realFilesystems(parseMountinfo(lines.join('\n')));
    expect(mounts.map(({ mountPoint }) => mountPoint)).toEqual([
      '/',
      '/mnt/share',
      '/overlay',
      '/var/lib/docker',
    ]);
    expect(mounts.filter(({ type }) => isNetwork(type))).toHaveLength(1);
  });

  it.each(['', 'torn 1 0:1', '25 1 8:2 / / rw - '])('of %j: none', (text) => {
    expect(realFilesystems(parseMountinfo(text))).toEqual([]);
  });
});

/** Asks no remote filesystem. */
const nobody = () => () => Promise.reject(new Error('not to be started'));
const filesystems = (roots: Tree['roots'], ask: CallStatfs) =>
  new LinuxFilesystems({ roots, reads: patientReads(), startAsking: nobody, ask });

describe('filesystem usage', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree({ 'proc/self/mountinfo': mountinfo('server') });
  });
  afterEach(() => tree.remove());

  it('is used / (used + available), as df counts', async () => {
    const collector = filesystems(tree.roots, async () => stat(100, 50, 40));
    const { devices } = await collector.collect(0);
    expect(devices?.filesystems?.[0]).toEqual({
      name: '/',
      usage: (100 * 50) / 90,
      used_bytes: 50_000,
      total_bytes: 100_000,
      inodes_usage: 25,
    });
    collector.close();
  });

  it('adds up local ones only, and a pool’s free space once', async () => {
    const sizes: Record<string, Statfs> = {
      '/': stat(100, 50),
      '/data': stat(1000, 900),
      '/mnt/nas': stat(9000, 0),
      '/tank': stat(210, 200),
      '/tank/backup': stat(290, 200),
    };
    const collector = filesystems(tree.roots, async (path) => sizes[path] ?? stat(0, 0));
    const used = 50 + 100 + 10 + 90;
    const available = 50 + 900 + 200;
    expect((await collector.collect(0)).metrics?.disk).toBeCloseTo(
      (100 * used) / (used + available),
    );
  });

  it('leaves a filesystem that may not be asked without values', async () => {
    const collector = filesystems(tree.roots, async (path) => {
      if (path === '/data') throw Object.assign(new Error('denied'), { code: 'EACCES' });
      return stat(100, 50);
    });
    const { devices } = await collector.collect(0);
    expect(devices?.filesystems?.find(({ name }) => name === '/data')?.usage).toBeNull();
    expect(devices?.filesystems).toHaveLength(5);
  });

  it('is unknown without any real filesystem', async () => {
    tree.add({ 'proc/self/mountinfo': '26 25 0:24 / /proc rw - proc proc rw\n' });
    const reading = await filesystems(tree.roots, async () => stat(1, 1)).collect(0);
    expect(reading.metrics?.disk).toBeNull();
    expect(reading.missing?.disk).toBe('no local filesystem on this machine');
  });

  it.each([
    ['no local filesystem tells its size: /', async () => Promise.reject(new Error('denied'))],
    ['the local filesystems tell no size that can be true: /', async () => stat(100, 101)],
  ])('says that there is one where %s', async (reason, ask) => {
    tree.add({ 'proc/self/mountinfo': '26 25 8:1 / / rw - ext4 /dev/sda1 rw\n' });
    const reading = await filesystems(tree.roots, ask).collect(0);
    expect(reading.metrics?.disk).toBeNull();
    expect(reading.missing?.disk).toBe(reason);
  });
});
