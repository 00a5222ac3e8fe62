import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from '../../../shared/errors.js';
import { patientReads } from '../../../testing/device-reads.js';
import { makeTree, type Tree } from '../../../testing/tree.js';
import { LinuxBatteries } from './batteries.js';
import { LinuxCpu, LinuxLoad } from './cpu.js';
import { LinuxDisks, parseDiskstats } from './disks.js';
import { LinuxHwmon } from './hwmon.js';
import { LinuxMemory, parseMeminfo } from './memory.js';
import { LinuxNetwork, parseNetDev } from './network.js';
import { LinuxProcesses } from './processes.js';

const fixtures = join(__dirname, 'fixtures');
const fixture = (name: string) => readFileSync(join(fixtures, name), 'latin1');

let tree: Tree;
beforeEach(() => {
  tree = makeTree();
});
afterEach(() => tree.remove());

describe('a recorded virtual machine', () => {
  beforeEach(() => cpSync(join(fixtures, 'kvm-guest'), tree.path, { recursive: true }));

  it('is read by every collector', () => {
    expect(new LinuxLoad(tree.roots).collect().metrics?.load1).toBeGreaterThanOrEqual(0);
    const memory = new LinuxMemory(tree.roots).collect(0);
    expect(memory.metrics?.ram).toBeGreaterThan(0);
    expect(memory.missing?.swap).toBe('no swap on this machine');
  });

  it('has no CPU usage at first, then that since the reading before', () => {
    const cpu = new LinuxCpu(tree.roots);
    expect(cpu.collect(0).missing?.cpu).toContain('first reading');
    tree.add({
      'proc/stat': 'cpu  100000 0 0 900000 0 0 0 0 0 0\ncpu0 100000 0 0 900000 0 0 0 0 0 0\n',
    });
    cpu.collect(1000);
    tree.add({
      'proc/stat': 'cpu  100030 0 0 900070 0 0 0 0 0 0\ncpu0 100030 0 0 900070 0 0 0 0 0 0\n',
    });
    const reading = cpu.collect(2000);
    expect(reading.metrics?.cpu).toBeCloseTo(30);
    expect(reading.devices?.cores).toEqual([{ name: '0', usage: 30 }]);
    cpu.close();
  });

  it('shows a core that was plugged in with its second reading', () => {
    const cpu = new LinuxCpu(tree.roots);
    const stat = (busy: number, cores: string) =>
      tree.add({ 'proc/stat': `cpu  ${busy} 0 0 1000 0 0 0 0\n${cores}` });
    stat(10, 'cpu0 10 0 0 1000 0 0 0 0\n');
    cpu.collect(3000);
    stat(20, 'cpu0 20 0 0 1000 0 0 0 0\ncpu1 5 0 0 10 0 0 0 0\n');
    expect(cpu.collect(4000).devices?.cores).toEqual([
      { name: '0', usage: 100 },
      { name: '1', usage: null },
    ]);
  });
});

describe('memory', () => {
  it('is what cannot be had without swapping', () => {
    tree.add({
      'proc/meminfo':
        'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 600 kB\nSwapTotal: 200 kB\nSwapFree: 150 kB\n',
    });
    expect(new LinuxMemory(tree.roots).collect(0).metrics).toEqual({ ram: 40, swap: 25 });
  });

  it('is estimated on kernels without MemAvailable', () => {
    const info = parseMeminfo(
      'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n',
    );
    expect(info?.available).toBe(400);
  });

  it.each(['', 'MemTotal: 0 kB\n', 'MemTotal:\n', 'MemFree: 1 kB\n'])(
    'says so if %j is all there is',
    (text) => {
      tree.add({ 'proc/meminfo': text });
      expect(() => new LinuxMemory(tree.roots).collect(0)).toThrow('not in the expected format');
    },
  );

  it('says so if the file is not there', () => {
    expect(() => new LinuxMemory(tree.roots).collect(0)).toThrow(Unavailable);
  });
});

describe('disks', () => {
  const line = (name: string, read: number, write: number, busy: number) =>
    `   8       0 ${name} 1 0 ${read} 1 1 0 ${write} 1 0 ${busy} 1\n`;

  beforeEach(() => tree.add({ 'sys/block/sda/device/model': 'x', 'sys/block/dm-0/size': '1' }));

  it('are physical ones: neither partitions nor what is stacked on them', () => {
    tree.add({
      'proc/diskstats': fixture('diskstats-server.txt') + line('mmcblk0boot0', 1, 1, 1),
      'sys/block/nvme0n1/device/model': 'x',
      'sys/block/sr0/device/model': 'x',
      'sys/block/mmcblk0boot0/device/model': 'x',
      'sys/block/cciss!c0d0/device/model': 'x',
      'sys/block/loop0/size': '1',
    });
    const names = new LinuxDisks(tree.roots).collect(0).devices?.disks?.map(({ name }) => name);
    expect(names).toEqual(['sda', 'nvme0n1', 'cciss/c0d0']);
  });

  it('have throughput and busy time per second of monotonic time', () => {
    const disks = new LinuxDisks(tree.roots);
    tree.add({ 'proc/diskstats': line('sda', 1000, 2000, 500) });
    expect(disks.collect(10_000).metrics).toEqual({ disk_read: null, disk_write: null });
    tree.add({ 'proc/diskstats': line('sda', 1200, 2400, 1500) });
    const reading = disks.collect(12_000);
    expect(reading.metrics).toEqual({ disk_read: 51_200, disk_write: 102_400 });
    expect(reading.devices?.disks).toEqual([
      { name: 'sda', read: 51_200, write: 102_400, usage: 50 },
    ]);
  });

  it.each([
    [1040, 100],
    [1600, null],
  ])('that count %d ms of work in a second are busy for %p percent', (busyMs, usage) => {
    const disks = new LinuxDisks(tree.roots);
    tree.add({ 'proc/diskstats': line('sda', 0, 0, 0) });
    disks.collect(0);
    tree.add({ 'proc/diskstats': line('sda', 2, 0, busyMs) });
    expect(disks.collect(1000).devices?.disks?.[0]?.usage).toBe(usage);
  });

  it('may come and go', () => {
    const disks = new LinuxDisks(tree.roots);
    tree.add({ 'proc/diskstats': line('sda', 0, 0, 0) });
    disks.collect(0);
    tree.add({
      'proc/diskstats': line('sda', 2, 0, 0) + line('sdb', 5_000_000, 0, 0),
      'sys/block/sdb/device/model': 'x',
    });
    const plugged = disks.collect(1000);
    // The new disk's past is not told as throughput of this second.
    expect(plugged.metrics?.disk_read).toBe(1024);
    expect(plugged.devices?.disks?.[1]).toEqual({
      name: 'sdb',
      read: null,
      write: null,
      usage: null,
    });
    tree.add({ 'proc/diskstats': line('sda', 4, 0, 0) });
    expect(disks.collect(2000).devices?.disks).toHaveLength(1);
  });

  it('are unknown, not zero, where there are none', () => {
    tree.add({ 'proc/diskstats': '' });
    const reading = new LinuxDisks(tree.roots).collect(0);
    expect(reading.metrics?.disk_read).toBeNull();
    expect(reading.missing?.disk_read).toBe('no physical disk on this machine');
  });

  it('leave out torn lines', () => {
    expect(parseDiskstats('   8       0 sda 1 2 3\n   8 0 sdb 1 0 x 1 1 0 2 1 0 3 1\n').size).toBe(
      0,
    );
  });
});

describe('network', () => {
  const physical = { 'sys/class/net/eno1/device/x': '', 'sys/class/net/eno2/device/x': '' };

  it('counts physical interfaces only, and lists all but loopback and cables into containers', () => {
    tree.add({ 'proc/net/dev': fixture('net-dev-docker-host.txt'), ...physical });
    const network = new LinuxNetwork(tree.roots);
    network.collect(0);
    tree.add({
      'proc/net/dev': fixture('net-dev-docker-host.txt').replaceAll('987654321012', '987654322012'),
    });
    const reading = network.collect(1000);
    expect(reading.metrics).toEqual({ network_in: 1000, network_out: 0 });
    expect(reading.devices?.interfaces?.map(({ name }) => name)).toEqual([
      'eno1',
      'eno2',
      'bond0',
      'docker0',
      'wg0',
    ]);
  });

  it('counts no byte twice: bonds, cloud adapters with a virtual function, switch ports', () => {
    const link = (name: string, index: number, more: Record<string, string> = {}) => ({
      [`sys/class/net/${name}/ifindex`]: `${index}\n`,
      [`sys/class/net/${name}/iflink`]: `${index}\n`,
      ...Object.fromEntries(
        Object.entries(more).map(([key, value]) => [`sys/class/net/${name}/${key}`, value]),
      ),
    });
    tree.add({
      ...link('bond0', 1),
      ...link('eno1', 2, { 'device/x': '', master: '->../../../bond0' }),
      // The adapter of a Hyper-V guest, and the function that carries its traffic.
      ...link('eth0', 3, { 'device/x': '' }),
      ...link('enP1', 4, { 'device/x': '', master: '->../../../eth0' }),
      // A port of a switch chip, on top of eth0.
      ...link('lan1', 5, { 'device/x': '', iflink: '3\n' }),
    });
    const dev = (bytes: number) => ({
      'proc/net/dev': ['bond0', 'eno1', 'eth0', 'enP1', 'lan1']
        .map((name) => `${name}: ${bytes} 0 0 0 0 0 0 0 0 0\n`)
        .join(''),
    });
    tree.add(dev(1000));
    const network = new LinuxNetwork(tree.roots);
    network.collect(0);
    tree.add(dev(1100));
    expect(network.collect(1000).metrics?.network_in).toBe(200);
    // The function joins its adapter a moment after it came, and may leave it.
    tree.drop('sys/class/net/enP1/master');
    tree.add(dev(1200));
    network.collect(2000);
    tree.add(dev(1300));
    expect(network.collect(61_000).metrics?.network_in).toBeCloseTo((3 * 100) / 59);
  });

  it('counts the own interface of a container, which shows no device', () => {
    const dev = (bytes: number) =>
      `  lo: 5 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0\n  eth0: ${bytes} 0 0 0 0 0 0 0 7 0 0 0 0 0 0 0\n`;
    tree.add({ 'proc/net/dev': dev(0) });
    const network = new LinuxNetwork(tree.roots);
    network.collect(0);
    tree.add({ 'proc/net/dev': dev(500) });
    expect(network.collect(1000).metrics?.network_in).toBe(500);
  });

  it('has no rate when a counter was reset, and one again afterwards', () => {
    tree.add(physical);
    const network = new LinuxNetwork(tree.roots);
    const dev = (bytes: number) =>
      tree.add({ 'proc/net/dev': `eno1:${bytes} 0 0 0 0 0 0 0 0 0\n` });
    dev(4_000_000_000);
    network.collect(0);
    dev(100);
    const reset = network.collect(1000);
    expect(reset.metrics?.network_in).toBeNull();
    expect(reset.missing?.network_in).toBe('the counter was reset');
    dev(300);
    expect(network.collect(2000).metrics?.network_in).toBe(200);
  });

  it.each(['', 'Inter-|   Receive', 'eth0: 1 2 3', 'eth0 no colon'])(
    'finds nothing in %j',
    (text) => {
      expect(parseNetDev(text).size).toBe(0);
    },
  );

  it('reads names beyond ASCII, of interfaces and of sensors', async () => {
    const bytes = Buffer.from('büro0: 1 0 0 0 0 0 0 0 2 0\n').toString('latin1');
    expect([...parseNetDev(bytes).keys()]).toEqual(['büro0']);
    tree.add({
      'sys/class/hwmon/hwmon0/name': 'coretemp\n',
      'sys/class/hwmon/hwmon0/temp1_input': '47000\n',
      'sys/class/hwmon/hwmon0/temp1_label': 'Gehäuse\n',
    });
    expect(
      (await new LinuxHwmon(tree.roots, patientReads()).collect(0)).devices?.sensors?.[0]?.name,
    ).toBe('coretemp Gehäuse');
  });

  it('keeps colons in the names of aliases', () => {
    expect([...parseNetDev('eth0:1: 1 0 0 0 0 0 0 0 2 0\n').keys()]).toEqual(['eth0:1']);
  });
});

describe('sensors', () => {
  it('are named by chip and label, with the CPU as the temperature', async () => {
    tree.add({
      'sys/class/hwmon/hwmon0/name': 'nvme\n',
      'sys/class/hwmon/hwmon0/temp1_input': '51850\n',
      'sys/class/hwmon/hwmon0/temp1_label': 'Composite\n',
      'sys/class/hwmon/hwmon1/name': 'coretemp\n',
      'sys/class/hwmon/hwmon1/temp1_input': '47000\n',
      'sys/class/hwmon/hwmon1/temp1_label': 'Package id 0\n',
      'sys/class/hwmon/hwmon1/temp2_input': '45000\n',
      'sys/class/hwmon/hwmon1/temp2_label': 'Core 0\n',
      'sys/class/hwmon/hwmon2/name': 'nct6775\n',
      'sys/class/hwmon/hwmon2/fan2_input': '1180\n',
    });
    const reading = await new LinuxHwmon(tree.roots, patientReads()).collect(0);
    expect(reading.metrics?.temperature).toBe(47);
    expect(reading.devices).toEqual({
      sensors: [
        { name: 'nvme Composite', temperature: 51.85 },
        { name: 'coretemp Core 0', temperature: 45 },
        { name: 'coretemp Package id 0', temperature: 47 },
      ],
      fans: [{ name: 'nct6775 fan2', speed: 1180 }],
    });
  });

  it('tells two alike chips apart by their devices', async () => {
    for (const index of [0, 1]) {
      tree.add({
        [`sys/class/hwmon/hwmon${index}/name`]: 'nvme',
        [`sys/class/hwmon/hwmon${index}/temp1_input`]: '30000',
        [`sys/class/hwmon/hwmon${index}/device`]: `->../../nvme${index}`,
      });
    }
    const { devices } = await new LinuxHwmon(tree.roots, patientReads()).collect(0);
    const names = devices?.sensors?.map(({ name }) => name);
    expect(names).toEqual(['nvme nvme0 temp1', 'nvme nvme1 temp1']);
  });

  it('are found with the device of an older driver, too', async () => {
    tree.add({
      'sys/class/hwmon/hwmon0/device/name': 'applesmc\n',
      'sys/class/hwmon/hwmon0/device/temp1_input': '50000\n',
      'sys/class/hwmon/hwmon0/device/temp1_label': 'TC0P\n',
      'sys/class/hwmon/hwmon0/device/fan1_input': '2000\n',
    });
    expect((await new LinuxHwmon(tree.roots, patientReads()).collect(0)).devices).toEqual({
      sensors: [{ name: 'applesmc TC0P', temperature: 50 }],
      fans: [{ name: 'applesmc fan1', speed: 2000 }],
    });
  });

  it('are taken from thermal zones where no chip shows them', async () => {
    tree.add({
      'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
      'sys/class/thermal/thermal_zone0/temp': '55844\n',
      'sys/class/thermal/thermal_zone1/type': 'acpitz',
      'sys/class/thermal/thermal_zone1/temp': '20000',
      'sys/class/thermal/thermal_zone1/hwmon0/name': 'acpitz',
      'sys/class/thermal/cooling_device0/type': 'Processor',
    });
    const reading = await new LinuxHwmon(tree.roots, patientReads()).collect(0);
    expect(reading.devices?.sensors).toEqual([{ name: 'cpu-thermal zone0', temperature: 55.844 }]);
    expect(reading.metrics?.temperature).toBe(55.844);
  });

  it('does not ask the sensor of a sleeping graphics card', async () => {
    tree.add({
      'sys/class/hwmon/hwmon0/name': 'amdgpu',
      'sys/class/hwmon/hwmon0/temp1_input': '40000',
      'sys/class/hwmon/hwmon0/device/power/runtime_status': 'suspended\n',
    });
    const reading = await new LinuxHwmon(tree.roots, patientReads()).collect(0);
    expect(reading.devices?.sensors).toEqual([{ name: 'amdgpu temp1', temperature: null }]);
    expect(reading.missing?.temperature).toBe('no sensor answered');
  });

  it('leaves a graphics card that may sleep to the collector of such cards', async () => {
    tree.add({
      'sys/class/hwmon/hwmon0/name': 'amdgpu',
      'sys/class/hwmon/hwmon0/temp1_input': '40000',
      'sys/class/hwmon/hwmon0/device/power/control': 'auto\n',
      'sys/class/hwmon/hwmon0/device/power/runtime_status': 'active\n',
    });
    expect((await new LinuxHwmon(tree.roots, patientReads()).collect(0)).devices?.sensors).toEqual(
      [],
    );
  });

  it('are null when empty or broken, and unplugged ones vanish with the next look', async () => {
    tree.add({
      'sys/class/hwmon/hwmon0/name': 'k10temp',
      'sys/class/hwmon/hwmon0/temp1_input': '',
      'sys/class/hwmon/hwmon0/temp3_input': 'N/A',
    });
    const hwmon = new LinuxHwmon(tree.roots, patientReads());
    expect(
      (await hwmon.collect(0)).devices?.sensors?.map(({ temperature }) => temperature),
    ).toEqual([null, null]);
    tree.drop('sys/class/hwmon/hwmon0');
    expect((await hwmon.collect(60_000)).missing?.temperature).toBe(
      'no temperature sensor on this machine',
    );
  });
});

describe('batteries', () => {
  it('are those of the machine, by capacity or by energy', async () => {
    tree.add({
      'sys/class/power_supply/AC/type': 'Mains\n',
      'sys/class/power_supply/BAT0/type': 'Battery\n',
      'sys/class/power_supply/BAT0/capacity': '83\n',
      'sys/class/power_supply/BAT1/type': 'Battery\n',
      'sys/class/power_supply/BAT1/energy_now': '20000000\n',
      'sys/class/power_supply/BAT1/energy_full': '40000000\n',
      'sys/class/power_supply/BAT2/type': 'Battery\n',
      'sys/class/power_supply/hid-mouse/type': 'Battery\n',
      'sys/class/power_supply/hid-mouse/scope': 'Device\n',
      'sys/class/power_supply/hid-mouse/capacity': '10\n',
    });
    expect(
      (await new LinuxBatteries(tree.roots, patientReads()).collect()).devices?.batteries,
    ).toEqual([
      { name: 'BAT0', charge: 83 },
      { name: 'BAT1', charge: 50 },
      { name: 'BAT2', charge: null },
    ]);
  });

  it('may hold a little more than they count as full, not what cannot be', async () => {
    const battery = (name: string, values: { [file: string]: number }) => {
      tree.add({ [`sys/class/power_supply/${name}/type`]: 'Battery\n' });
      for (const [file, value] of Object.entries(values)) {
        tree.add({ [`sys/class/power_supply/${name}/${file}`]: `${value}\n` });
      }
    };
    battery('BAT0', { capacity: 101 });
    battery('BAT1', { energy_now: 93_790_000, energy_full: 93_550_000 });
    battery('BAT2', { capacity: 255, charge_now: 2_000_000, charge_full: 4_000_000 });
    battery('BAT3', { capacity: 255 });
    battery('BAT4', { charge_now: 9_000_000, charge_full: 4_000_000 });
    battery('BAT5', { energy_now: -1, energy_full: 4_000_000 });
    expect(
      (await new LinuxBatteries(tree.roots, patientReads()).collect()).devices?.batteries,
    ).toEqual([
      { name: 'BAT0', charge: 100 },
      { name: 'BAT1', charge: 100 },
      { name: 'BAT2', charge: 50 },
      { name: 'BAT3', charge: null },
      { name: 'BAT4', charge: null },
      { name: 'BAT5', charge: null },
    ]);
  });
});

describe('processes', () => {
  it('are the numbered folders', () => {
    tree.add({ 'proc/1/stat': '', 'proc/42/stat': '', 'proc/self/stat': '', 'proc/stat': '' });
    expect(new LinuxProcesses(tree.roots).collect().metrics?.processes).toBe(2);
  });

  it('are unknown if /proc shows none', () => {
    tree.add({ 'proc/stat': '' });
    expect(() => new LinuxProcesses(tree.roots).collect()).toThrow('shows no process');
  });
});
