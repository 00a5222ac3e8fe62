import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMachineGuid } from '../../../host/host-id.js';
import type { CommandName } from '../../../shared/commands.js';
import { patientReads } from '../../../testing/device-reads.js';
import { parsePs, parseWindowsProcesses } from '../process-parse.js';
import * as mac from './macos.js';
import * as parse from './parse.js';

const fixture = (name: string) => readFileSync(join(__dirname, 'fixtures', name), 'utf8');

/** Answers as the recorded tools do. */
const outputs: Partial<Record<CommandName, string>> = {
  macVmStat: fixture('vm_stat.txt'),
  macSwap: 'total = 2048.00M  used = 512.25M  free = 1535.75M  (encrypted)\n',
  macMounts: fixture('mount.txt'),
  macNetstat: fixture('netstat-ibn.txt'),
  macDisks: fixture('ioreg-disks.txt'),
  macGpus: fixture('ioreg-gpus-apple.txt'),
  macBatteries: fixture('pmset-batt.txt'),
  macProcesses: fixture('ps.txt'),
};
const tool: mac.RunTool = async (name) => outputs[name] ?? '';
const nothing: mac.RunTool = async () => '';

describe('macOS', () => {
  it('tells memory as Activity Monitor does, and swap', async () => {
    const pages = 439493 - 6174 + 133826 + 170511;
    const total = 16 * 1024 ** 3;
    const { metrics } = await new mac.MacMemory(tool, total).collect();
    expect(metrics?.ram).toBeCloseTo((100 * pages * 16384) / total);
    expect(metrics?.swap).toBeCloseTo(25.012, 2);
  });

  it('shows one volume for each disk or container, and no network shares', () => {
    expect(parse.parseMount(fixture('mount.txt'), new Set())).toEqual([
      { mountPoint: '/', space: 'disk3' },
      { mountPoint: '/Volumes/Backup Disk', space: 'disk5s2' },
    ]);
  });

  it('shows every partition that is no APFS volume', () => {
    const field = join(__dirname, '../../../../../test/fixtures/field/19-mac-partitions/mount.txt');
    const volumes = parse.parseMount(readFileSync(field, 'utf8'), new Set());
    expect(volumes.map(({ mountPoint }) => mountPoint)).toEqual([
      '/',
      '/Volumes/Data',
      '/Volumes/Backup',
      '/Volumes/Media',
    ]);
  });

  it('reads the cards of other makers, and of a virtual machine', () => {
    const untold = { temperature: null, power: null };
    expect(parse.parseIoregGpus(fixture('ioreg-gpus-others.txt'))).toEqual([
      {
        name: '0 AMDRadeonX6000_AMDNavi14GraphicsAccelerator',
        usage: 64,
        usedBytes: 1536 * 1024 ** 2,
        totalBytes: 4096 * 1024 ** 2,
        temperature: 71,
        power: 38,
      },
      {
        ...untold,
        name: '1 AMDRadeonX4000_AMDBaffinGraphicsAccelerator',
        usage: 37,
        usedBytes: 1024 ** 3,
        totalBytes: 2 * 1024 ** 3,
      },
      {
        ...untold,
        name: '2 Intel(R) UHD Graphics 630',
        usage: 100,
        usedBytes: 256 * 1024 ** 2,
        totalBytes: null,
      },
      {
        ...untold,
        name: '3 AppleParavirtAccelerator',
        usage: null,
        usedBytes: 51200000,
        totalBytes: null,
      },
    ]);
  });

  it('counts memory in the pages of the processor', async () => {
    const intel: mac.RunTool = async (name) =>
      (outputs[name] ?? '').replace('size of 16384', 'size of 4096');
    const { metrics } = await new mac.MacMemory(intel, 16 * 1024 ** 3).collect();
    expect(metrics?.ram).toBeCloseTo(17.587, 3);
  });

  it('counts Ethernet and Wi-Fi, and lists what carried bytes', async () => {
    const network = new mac.MacNetwork(tool);
    await network.collect(0);
    outputs.macNetstat = fixture('netstat-ibn.txt').replaceAll('98123456789', '98123458789');
    const reading = await network.collect(2000);
    expect(reading.metrics).toEqual({ network_in: 1000, network_out: 0 });
    expect(reading.devices?.interfaces?.map(({ name }) => name)).toEqual([
      'en0',
      'en5',
      'bridge0',
      'utun3',
    ]);
  });

  it('reads the drivers of disks', () => {
    const { disks } = parse.parseIoregDisks(fixture('ioreg-disks.txt'));
    expect(Object.fromEntries(disks)).toEqual({
      disk0: { read: 412345678901, write: 212345678901 },
      disk4: { read: 1048576, write: 2097152 },
    });
  });

  it('counts a disk image as a part of the disk that it is on', async () => {
    const found = parse.parseIoregDisks(fixture('ioreg-disks.txt'));
    expect([...found.images]).toEqual(['disk9', 'disk10', 'disk11', 'disk12']);
    const recorded: mac.RunTool = async (name) =>
      name === 'macMounts' ? fixture('mount-images.txt') : (outputs[name] ?? '');
    const { devices } = await new mac.MacFilesystems(patientReads(), recorded).collect();
    expect(devices?.filesystems?.map(({ name }) => name)).toEqual([
      '/',
      '/Volumes/Portable',
      '/Volumes/Archive',
      '/Volumes/SD CARD',
      '/Volumes/STICK',
    ]);
  });

  it('never asks what the automounter has mounted', () => {
    const mounts = parse.parseMount(fixture('mount-images.txt'), new Set());
    const asked = mounts.map(({ mountPoint }) => mountPoint);
    expect(asked).not.toContain('/Shelves/tools');
    expect(asked.filter((path) => path.startsWith('/System/Volumes/'))).toEqual([]);
  });

  describe('a driver that does not count what it receives', () => {
    async function secondOf(before: string, after: string) {
      let text = before;
      const network = new mac.MacNetwork(async () => text);
      await network.collect(0);
      text = after;
      return network.collect(1000);
    }
    const before = fixture('netstat-uncounted.txt');

    it('leaves the total unknown while its link is in use', async () => {
      const after = before.replaceAll('101200300', '101300300').replace('5500123456', '5500125456');
      const { metrics, missing, devices } = await secondOf(before, after);
      expect(metrics).toEqual({ network_in: null, network_out: 100_000 });
      expect(missing).toEqual({ network_in: 'macOS does not count what en0 receives' });
      expect(devices?.interfaces?.filter(({ name }) => /^en/.test(name))).toEqual([
        { name: 'en1', network_in: null, network_out: 0 },
        { name: 'en0', network_in: null, network_out: 100_000 },
        { name: 'en6', network_in: 2000, network_out: 0 },
      ]);
    });

    it('does not matter on a link that only said hello', async () => {
      const after = before.replace('5500123456', '5500125456');
      const { metrics, missing } = await secondOf(before, after);
      expect(metrics).toEqual({ network_in: 2000, network_out: 0 });
      expect(missing).toEqual({});
    });

    it('has a counter of 32 bits, which is unknown once when it starts again', async () => {
      const counter = (bytes: number) =>
        before.replaceAll('101200300', '0').replace('5500123456', String(bytes));
      const wrapped = await secondOf(counter(2 ** 32 - 1000), counter(1000));
      expect(wrapped.metrics?.network_in).toBeNull();
      expect(wrapped.missing?.network_in).toBe('the counter was reset');
    });
  });

  it('says what contradicts itself about memory', async () => {
    const readMemory = (changes: { [text: string]: string }, total = 16 * 1024 ** 3) => {
      const answer: mac.RunTool = async (name) =>
        Object.entries(changes).reduce(
          (text, [from, to]) => text.replace(from, to),
          outputs[name] ?? '',
        );
      return new mac.MacMemory(answer, total).collect();
    };
    const contradiction = { ram: 'vm_stat contradicts itself about memory' };
    for (const reading of [
      await readMemory({}, 8 * 1024 ** 3),
      // More purgeable than anonymous pages.
      await readMemory({ ' 6174.': ' 440000.' }),
    ]) {
      expect(reading.metrics?.ram).toBeNull();
      expect(reading.missing).toEqual(contradiction);
    }
    const { metrics, missing } = await readMemory({ 'used = 512.25M': 'used = 2049.00M' });
    expect(metrics?.swap).toBeNull();
    expect(missing).toEqual({ swap: 'vm.swapusage contradicts itself' });
    expect((await readMemory({ 'total = ': '' })).missing?.swap).toContain('expected format');
    const none = await readMemory({ '2048.00M': '0.00M', '512.25M': '0.00M', '1535.75M': '0.00M' });
    expect(none.missing).toEqual({ swap: 'no swap on this machine' });
  });

  it('reads swap in languages that write a decimal comma', () => {
    const text = 'total = 3072,00M  used = 1791,44M  free = 1280,56M  (encrypted)\n';
    expect(parse.parseSwapUsage(text)).toEqual({ total: 3072, used: 1791.44 });
  });

  it('takes no power supply for a battery of the machine', () => {
    const told = (...lines: string[]) =>
      parse.parsePmset(['Now drawing from ...', ...lines].join('\n'));
    expect(
      told(
        ' -Power-UPS 900 VA FW:871.O4 (id=8847360)\t97%; discharging; 0:41 remaining present: true',
        ' -InternalBattery-0 (id=4522083)\t64%; AC attached; not charging present: true',
      ),
    ).toEqual([{ name: 'InternalBattery-0', charge: 64 }]);
    expect(told(' -InternalBattery-0 (id=0)\t0%; charged; 0:00 remaining present: false')).toEqual(
      [],
    );
    expect(
      told(' -InternalBattery-0 (id=4522083)\t255%; charging; (no estimate) present: true'),
    ).toEqual([{ name: 'InternalBattery-0', charge: null }]);
    expect(
      told(
        ' -InternalBattery-0 (id=4522083)        7%; finishing charge; 0:10 remaining present: true',
      ),
    ).toEqual([{ name: 'InternalBattery-0', charge: 7 }]);
    expect(told()).toEqual([]);
  });

  it('reads an Apple GPU, a battery and the processes', async () => {
    expect(await new mac.MacGpus(tool).cards()).toEqual([
      {
        name: '0 Apple M1 Pro',
        usage: 13,
        usedBytes: 689176576,
        totalBytes: null,
        temperature: null,
        power: null,
      },
    ]);
    const { devices } = await new mac.MacBatteries(tool).collect();
    expect(devices?.batteries).toEqual([{ name: 'InternalBattery-0', charge: 85 }]);
    expect((await new mac.MacProcesses(tool).collect()).metrics?.processes).toBe(3);
    expect(parsePs(fixture('ps.txt'), 10)[2]).toEqual({
      pid: 987,
      user: 'ada',
      cpu: 9.87,
      rss_bytes: 912384 * 1024,
      name: 'Google Chrome Helper (Renderer)',
    });
  });

  it('gives nothing for tools that print nothing', async () => {
    await expect(new mac.MacMemory(nothing).collect()).rejects.toThrow('expected format');
    expect((await new mac.MacDisks(nothing).collect(0)).missing?.disk_read).toContain(
      'no physical disk',
    );
    expect((await new mac.MacNetwork(nothing).collect(0)).missing?.network_in).toContain(
      'no physical',
    );
    expect((await new mac.MacFilesystems(patientReads(), nothing).collect()).missing?.disk).toBe(
      'no local filesystem on this machine',
    );
    expect(await new mac.MacGpus(nothing).cards()).toEqual([]);
  });

  it('says why it tells no temperature', () => {
    expect(() => new mac.MacSensors().collect()).toThrow('signed system tools');
  });
});

describe('ids of hosts', () => {
  it('are read from what the systems print', () => {
    expect(parse.parsePlatformUuid(fixture('ioreg-platform.txt'))).toBe(
      '5C3A2B10-1D2E-5F60-8A9B-0C1D2E3F4A5B',
    );
    const windows = readFileSync(join(__dirname, '../windows/fixtures/reg-query.txt'), 'utf8');
    expect(parseMachineGuid(windows)).toBe('0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0');
    expect(parsePlatformUuid()).toBeNull();
  });
});

function parsePlatformUuid(): string | null {
  return parse.parsePlatformUuid('') ?? parseMachineGuid('ERROR: The system was unable to find');
}

describe('processes of Windows', () => {
  it('are read from a list, from a single one, and not from nonsense', () => {
    const recorded = readFileSync(join(__dirname, '../windows/fixtures/processes.json'), 'utf8');
    expect(parseWindowsProcesses(recorded)).toHaveLength(2);
    expect(parseWindowsProcesses('{"Id":4,"ProcessName":"System"}')).toEqual([
      { pid: 4, name: 'System', user: null, cpuSeconds: null, rssBytes: null },
    ]);
    expect(parseWindowsProcesses('null')).toEqual([]);
    expect(parseWindowsProcesses('')).toEqual([]);
  });
});
