/** Faults that people met with other monitors: the inputs are in test/fixtures/field. */
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Unavailable } from '../../../shared/errors.js';
import { patientReads } from '../../../testing/device-reads.js';
import { makeTree, type Tree } from '../../../testing/tree.js';
import type { Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import { DeviceReads, threadsBlockedOnDevices } from '../device-reads.js';
import { diskUsage, filesystemDevices, type Statfs } from '../filesystem-usage.js';
import { LinuxCpu } from './cpu.js';
import { LinuxDisks } from './disks.js';
import { LinuxFilesystems } from './filesystems.js';
import { LinuxHwmon } from './hwmon.js';
import { LinuxMemory } from './memory.js';
import { parseMountinfo, realFilesystems } from './mounts.js';
import { LinuxProcesses } from './processes.js';

const FIELD = resolve(__dirname, '../../../../../test/fixtures/field');
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

describe('a sensor that never answers', () => {
  const ZONE = 'sys/class/thermal/thermal_zone0';

  /** As a FIFO that nobody writes to: the open does not return. */
  function hang(path: string): void {
    tree.drop(path);
    execFileSync('mkfifo', [join(tree.path, path)]);
  }

  afterEach(async () => {
    // Whoever waits for the other end goes on.
    closeSync(openSync(join(tree.path, ZONE, 'temp'), 'r+'));
    while (threadsBlockedOnDevices() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('has no value, with the reason, and holds up no other', async () => {
    tree.add({
      [`${ZONE}/type`]: 'cpu-thermal\n',
      'sys/class/thermal/thermal_zone1/type': 'acpitz\n',
      'sys/class/thermal/thermal_zone1/temp': '28000\n',
      'sys/class/hwmon/hwmon0/name': 'nct6775\n',
      'sys/class/hwmon/hwmon0/temp1_input': '33000\n',
    });
    hang(`${ZONE}/temp`);
    let nowMs = 0;
    // The deadline passes as soon as all others have answered.
    const schedule = (run: () => void) => {
      const timer = setInterval(() => {
        if (threadsBlockedOnDevices() !== 1) return;
        nowMs = 600;
        run();
      }, 5);
      return () => clearInterval(timer);
    };
    const reads = new DeviceReads({ deadlineMs: 600, now: () => nowMs, schedule });
    const sensors = new LinuxHwmon(tree.roots, reads);
    const first = await sensors.collect(0);
    expect(first.devices?.sensors).toEqual([
      { name: 'nct6775 temp1', temperature: 33 },
      { name: 'cpu-thermal zone0', temperature: null },
      { name: 'acpitz zone1', temperature: 28 },
    ]);
    // That of a board does not stand for that of the CPU.
    expect(first.metrics?.temperature).toBeNull();
    expect(first.missing?.temperature).toMatch(/thermal_zone0\/temp has not answered for 600 ms$/);
    expect((await sensors.collect(1000)).devices).toEqual(first.devices);
    sensors.close();
  });
});

describe('sensors of disks', () => {
  const HWMON = 'sys/class/hwmon/hwmon0';
  let sensors: LinuxHwmon;
  beforeEach(() => {
    lay('25-keeps-disks-awake');
    sensors = new LinuxHwmon(tree.roots, patientReads());
  });
  afterEach(() => sensors.close());

  const warm = (celsius: number) => tree.add({ [`${HWMON}/temp1_input`]: `${1000 * celsius}\n` });
  const used = (reads: number) =>
    tree.add({ [`${HWMON}/device/block/sda/stat`]: `${reads} 0 0 0 7 0 0 0 0 0 0\n` });
  const temperature = async (second: number) =>
    (await sensors.collect(second * 1000)).devices?.sensors?.[0]?.temperature;

  it('are asked once a minute, however often samples are taken', async () => {
    expect(await temperature(0)).toBe(30);
    warm(31);
    expect(await temperature(59)).toBe(30);
    expect(await temperature(60)).toBe(31);
  });

  it('are left alone while the disk is idle, and tell nothing after five minutes of that', async () => {
    tree.add({ [`${HWMON}/device/block/sda/queue/rotational`]: '1\n' });
    used(100);
    expect(await temperature(0)).toBe(30);
    warm(31);
    expect(await temperature(300)).toBe(30);
    expect(await temperature(301)).toBeNull();
    used(101);
    expect(await temperature(310)).toBe(31);
  });

  it('of disks that do not spin are asked when idle, too', async () => {
    tree.add({ [`${HWMON}/device/block/sda/queue/rotational`]: '0\n' });
    used(100);
    await temperature(0);
    warm(31);
    expect(await temperature(60)).toBe(31);
  });
});

describe('a filesystem that an automounter manages', () => {
  const stat: Statfs = { bsize: 1, blocks: 100, bfree: 50, bavail: 50, files: 0, ffree: 0 };

  it('is asked when it is mounted, and then once an hour', async () => {
    lay('25-keeps-disks-awake');
    const asked: string[] = [];
    let hangs = false;
    const filesystems = new LinuxFilesystems({
      roots: tree.roots,
      reads: patientReads(),
      startAsking: () => () => Promise.reject(new Error('not to be started')),
      ask: async (path) => {
        asked.push(path);
        if (hangs) throw new Unavailable('failed', 'it has not answered');
        return stat;
      },
    });
    const at = async (minute: number) => {
      asked.length = 0;
      const { devices } = await filesystems.collect(minute * 60_000);
      expect(devices?.filesystems?.map(({ usage }) => usage)).toEqual([50, 50]);
      return asked;
    };
    expect(await at(0)).toEqual(['/', '/media/backup']);
    expect(await at(1)).toEqual(['/']);
    expect(await at(59)).toEqual(['/']);
    expect(await at(60)).toEqual(['/', '/media/backup']);
    // Let go of, and mounted again.
    tree.add({
      'proc/self/mountinfo': read('25-keeps-disks-awake/proc/self/mountinfo').replace(
        '41 40',
        '42 40',
      ),
    });
    expect(await at(61)).toEqual(['/', '/media/backup']);
    // One that does not answer is no answer to keep.
    hangs = true;
    expect((await filesystems.collect(121 * 60_000)).missing?.disk).toBe('it has not answered');
    hangs = false;
    expect(await at(122)).toEqual(['/', '/media/backup']);
    filesystems.close();
  });
});

describe('sensors', () => {
  const sense = () => new LinuxHwmon(tree.roots, patientReads()).collect(0);

  it('that are broken have no value', async () => {
    lay('12-hwmon-fault');
    const { metrics, devices } = await sense();
    expect(metrics?.temperature).toBe(34);
    expect(devices?.sensors?.map(({ temperature }) => temperature)).toEqual([34, null]);
    expect(devices?.fans?.map(({ speed }) => speed)).toEqual([null]);
  });

  it('of one label in one chip are two', async () => {
    lay('14-same-label-in-a-chip');
    const { metrics, devices } = await sense();
    expect(devices?.sensors).toEqual([
      { name: expect.stringContaining('Ambient temp2'), temperature: 30 },
      { name: expect.stringContaining('Ambient temp4'), temperature: 71 },
    ]);
    expect(metrics?.temperature).toBe(71);
  });

  it('tell the real temperature of an AMD processor where they know it', async () => {
    lay('11-tctl-offset');
    expect((await sense()).metrics?.temperature).toBe(41.25);
    tree.drop('sys/class/hwmon/hwmon0/temp2_input');
    expect((await sense()).metrics?.temperature).toBe(68.25);
  });

  it('of a board tell of its CPU', async () => {
    lay('13-arm-cpu-names/a');
    expect((await sense()).metrics?.temperature).toBe(45.2);
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
      ]).temperature,
    ).toBe(50);
  });

  it.each([
    'gpu-thermal zone1',
    'nvme Composite',
    'ddr-thermal zone3',
    'iwlwifi_1 temp1',
    'BAT0 temp1',
  ])('of other parts, such as %s, never stand for the CPU', (name) => {
    expect(cpuTemperature([{ name, temperature: 60 }]).temperature).toBeNull();
  });
});
