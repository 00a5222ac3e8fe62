/** Faults that people met with other monitors: the inputs are in test/fixtures/field. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeTree, type Tree } from '../../testing/tree.js';
import type { Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import { diskUsage, filesystemDevices, type Statfs } from '../filesystem-usage.js';
import { LinuxCpu } from './cpu.js';
import { LinuxDisks } from './disks.js';
import { LinuxHwmon } from './hwmon.js';
import { LinuxMemory } from './memory.js';
import { parseMountinfo, realFilesystems } from './mounts.js';
import { LinuxProcesses } from './processes.js';

const FIELD = resolve(__dirname, '../../../../test/fixtures/field');
const read = (path: string) => readFileSync(join(FIELD, path), 'utf8');

let tree: Tree;
beforeEach(() => {
  tree = makeTree();
});
afterEach(() => tree.remove());

/** Copies a folder of the fixtures over the tree. */
function lay(folder: string): void {
  cpSync(join(FIELD, folder), tree.path, { recursive: true });
}

describe('memory', () => {
  const readMemory = () => new LinuxMemory(tree.roots).collect(0);

  it('that ZFS gives back under pressure is not in use', () => {
    lay('07-zfs-arc');
    expect(readMemory().metrics?.ram).toBeCloseTo(30.5, 1);
  });

  it('is not that of the host, whose cache a container sees', () => {
    lay('07-zfs-arc');
    tree.add({
      'proc/meminfo': 'MemTotal: 1048576 kB\nMemFree: 524288 kB\nMemAvailable: 786432 kB\n',
    });
    expect(readMemory().metrics?.ram).toBe(25);
  });

  it('is estimated where more is said to be available than there is', () => {
    lay('16-available-above-total');
    expect(readMemory().metrics?.ram).toBeCloseTo(19.1, 1);
  });

  it('is unknown where nothing that is said can be true', () => {
    tree.add({
      'proc/meminfo':
        'MemTotal: 1000 kB\nMemFree: 1001 kB\nMemAvailable: 1200 kB\nBuffers: 0 kB\nCached: 0 kB\n' +
        'SwapTotal: 10 kB\nSwapFree: 11 kB\n',
    });
    const { metrics, missing } = readMemory();
    expect(metrics).toEqual({ ram: null, swap: null });
    expect(missing?.ram).toContain('no memory that can be available');
    expect(missing?.swap).toContain('contradicts itself');
  });
});

describe('stolen CPU time', () => {
  const stat = (text: string) => tree.add({ 'proc/stat': text });

  it('that falls costs neither the usage of the machine nor that of a core', () => {
    const cpu = new LinuxCpu(tree.roots);
    const readings: Reading[] = [];
    for (const [second, file] of ['0', '1', '2'].entries()) {
      stat(read(`15-broken-steal/falls/${file}`));
      readings.push(cpu.collect(second * 1000));
    }
    for (const { metrics, missing, devices } of readings.slice(1)) {
      expect(metrics?.cpu).toBeCloseTo(20);
      expect(metrics?.cpu_iowait).toBe(0);
      expect(metrics?.cpu_steal).toBeNull();
      expect(missing?.cpu_steal).toContain('more or less of this time than went by');
      expect(devices?.cores?.[0]?.usage).toBeCloseTo(20);
    }
  });

  it.each([
    ['steal', 'cpu_steal', (ticks: number) => `0 0 0 ${ticks}`],
    ['iowait', 'cpu_iowait', (ticks: number) => `${ticks} 0 0 0`],
  ] as const)('or waiting: a leap of %s does not flood the usage', (_, metric, rest) => {
    const cpu = new LinuxCpu(tree.roots);
    const lines = (user: number, idle: number, ticks: number) =>
      ['cpu ', 'cpu0'].map((name) => `${name} ${user} 0 0 ${idle} ${rest(ticks)} 0 0\n`).join('');
    stat(lines(100, 1000, 5));
    cpu.collect(0);
    stat(lines(120, 1080, 800_000_005));
    const { metrics, devices } = cpu.collect(1000);
    expect(metrics?.cpu).toBeCloseTo(20);
    expect(metrics?.[metric]).toBeNull();
    expect(devices?.cores?.[0]?.usage).toBeCloseTo(20);
  });
});

describe('an NVMe disk with several paths', () => {
  function secondOf(t0: string, t1: string): Reading {
    cpSync(join(FIELD, '06-nvme-multipath/sys'), join(tree.path, 'sys'), { recursive: true });
    const disks = new LinuxDisks(tree.roots);
    tree.add({ 'proc/diskstats': t0 });
    disks.collect(0);
    tree.add({ 'proc/diskstats': t1 });
    return disks.collect(1000);
  }
  const t0 = read('06-nvme-multipath/t0/proc/diskstats');
  const t1 = read('06-nvme-multipath/t1/proc/diskstats');

  it('counts once', () => {
    const { metrics, devices } = secondOf(t0, t1);
    expect(metrics?.disk_read).toBe(1_024_000);
    expect(devices?.disks?.map(({ name }) => name)).toEqual(['nvme0n1']);
  });

  it('counts by its paths on kernels before 6.2, where it counts nothing itself', () => {
    const silent = (text: string) =>
      text.replace(/^(.* nvme0n1) .*$/m, '$1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0');
    const { metrics, devices } = secondOf(silent(t0), silent(t1));
    expect(metrics?.disk_read).toBe(1_024_000);
    expect(devices?.disks?.map(({ name }) => name)).toEqual(['nvme0n1']);
  });
});

describe('filesystems', () => {
  const stat = (changes: Partial<Statfs>): Statfs => ({
    bsize: 4096,
    blocks: 1000,
    bfree: 100,
    bavail: 100,
    files: 0,
    ffree: 0,
    ...changes,
  });
  const measured = (given: Statfs) => [{ name: '/', local: true, pool: null, stat: given }];

  it('of which less than nothing is available are full', () => {
    const full = measured(JSON.parse(read('18-negative-available/statfs.json')));
    expect(diskUsage(full)).toBe(100);
    expect(filesystemDevices(full)[0]).toMatchObject({ usage: 100, inodes_usage: 50 });
  });

  it('with more free than there is are unknown', () => {
    const odd = measured(stat({ bfree: 1001, files: 10, ffree: 11 }));
    expect(diskUsage(odd)).toBeNull();
    expect(filesystemDevices(odd)[0]).toMatchObject({
      usage: null,
      used_bytes: null,
      inodes_usage: null,
    });
  });

  it('that lie under another one are not counted', () => {
    const mounts = realFilesystems(parseMountinfo(read('17-overmounted/proc/self/mountinfo')));
    const sizes = new Map([
      ['/', stat({ blocks: 100, bfree: 90, bavail: 90 })],
      ['/data', stat({ blocks: 1000, bfree: 100, bavail: 100 })],
    ]);
    expect(mounts.map(({ mountPoint }) => mountPoint)).toEqual(['/', '/data']);
    const usage = diskUsage(
      mounts.map(({ mountPoint }) => ({
        name: mountPoint,
        local: true,
        pool: null,
        stat: sizes.get(mountPoint) ?? null,
      })),
    );
    expect(usage).toBeCloseTo(82.7, 1);
  });

  it('are found below a mount that lies on top, not below the one that it covers', () => {
    const lines = [
      '1 0 0:1 / / rw - rootfs rootfs rw',
      '2 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '3 2 8:2 / /data rw - ext4 /dev/sda2 rw',
      '4 3 8:3 / /data/old rw - ext4 /dev/sda3 rw',
      '5 3 8:4 / /data rw - ext4 /dev/sda4 rw',
      '6 5 8:5 / /data/new rw - ext4 /dev/sda5 rw',
      '7 2 8:6 / /database rw - ext4 /dev/sda6 rw',
    ];
    const found = realFilesystems(parseMountinfo(lines.join('\n')));
    expect(found.map(({ device }) => device)).toEqual(['8:1', '8:4', '8:5', '8:6']);
  });

  it('of layers made by FUSE stand for the machine in a rootless container', () => {
    const text = read('21-fuse-overlay-root/proc/self/mountinfo');
    expect(realFilesystems(parseMountinfo(text)).map(({ mountPoint }) => mountPoint)).toEqual([
      '/',
    ]);
  });
});

describe('processes', () => {
  it('are unknown where those of others are hidden', () => {
    for (const pid of ['4711', '4712']) mkdirSync(join(tree.roots.proc, pid), { recursive: true });
    expect(() => new LinuxProcesses(tree.roots).collect()).toThrow('hidepid');
  });

  it.each([
    ['rw', 'hidepid=2,gid=GROUP'],
    ['rw,hidepid=invisible', 'take that out'],
    ['rw,gid=0,hidepid=2', 'hidepid=2,gid=GROUP'],
    ['rw,gid=996,hidepid=ptraceable', 'hidepid=2,gid=GROUP'],
    ['rw,gid=996,hidepid=invisible', 'add SupplementaryGroups=996 '],
  ])('can be shown to the agent where /proc is mounted with %s', (options, mend) => {
    mkdirSync(join(tree.roots.proc, '4711'), { recursive: true });
    tree.add({
      'proc/self/mountinfo':
        '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,gid=7\n' +
        `24 22 0:22 / /proc rw,nosuid shared:13 - proc proc ${options}\n` +
        '31 24 0:28 / /proc/sys/fs/binfmt_misc rw shared:14 - autofs systemd-1 rw,gid=5\n',
    });
    let error: unknown;
    try {
      new LinuxProcesses(tree.roots).collect();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ kind: 'not_permitted', mend: expect.stringContaining(mend) });
  });
});

describe('sensors', () => {
  const sense = () => new LinuxHwmon(tree.roots).collect(0);

  it('that are broken have no value', () => {
    lay('12-hwmon-fault');
    const { metrics, devices } = sense();
    expect(metrics?.temperature).toBe(34);
    expect(devices?.sensors?.map(({ temperature }) => temperature)).toEqual([34, null]);
    expect(devices?.fans?.map(({ speed }) => speed)).toEqual([null]);
  });

  it('of one label in one chip are two', () => {
    lay('14-same-label-in-a-chip');
    const { metrics, devices } = sense();
    expect(devices?.sensors).toEqual([
      { name: expect.stringContaining('Ambient temp2'), temperature: 30 },
      { name: expect.stringContaining('Ambient temp4'), temperature: 71 },
    ]);
    expect(metrics?.temperature).toBe(71);
  });

  it('tell the real temperature of an AMD processor where they know it', () => {
    lay('11-tctl-offset');
    expect(sense().metrics?.temperature).toBe(41.25);
    tree.drop('sys/class/hwmon/hwmon0/temp2_input');
    expect(sense().metrics?.temperature).toBe(68.25);
  });

  it('of a board tell of its CPU', () => {
    lay('13-arm-cpu-names/a');
    expect(sense().metrics?.temperature).toBe(45.2);
  });

  it.each([
    'cpu-thermal zone0',
    'cpu0-thermal zone0',
    'cpu_thermal temp1',
    'cpu-0-0-thermal zone0',
    'cpu0-top-thermal zone0',
    'cpuss0-thermal zone0',
    'cpu-little0-thermal zone0',
    'CPU-therm zone0',
    'BCPU-therm zone0',
    'mtktscpu zone0',
    'package-thermal zone0',
    'bigcore0-thermal zone0',
    'littlecore-thermal zone0',
    'cluster0-thermal zone0',
    'atlas0-thermal zone0',
    'soc-thermal zone0',
    'soc_thermal temp1',
  ])('called %s are those of the CPU', (name) => {
    expect(
      cpuTemperature([
        { name: 'gpu-thermal zone1', temperature: 90 },
        { name: 'center-thermal zone2', temperature: 80 },
        { name, temperature: 50 },
      ]),
    ).toBe(50);
  });

  it.each([
    'gpu-thermal zone1',
    'nvme Composite',
    'ddr-thermal zone3',
    'iwlwifi_1 temp1',
    'BAT0 temp1',
  ])('of other parts, such as %s, never stand for the CPU', (name) => {
    expect(cpuTemperature([{ name, temperature: 60 }])).toBeNull();
  });
});
