import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandName } from '../../commands.js';
import { parseMachineGuid } from '../../host/host-id.js';
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
    expect(parse.parseMount(fixture('mount.txt'))).toEqual([
      { mountPoint: '/', space: 'disk3' },
      { mountPoint: '/Volumes/Backup Disk', space: 'disk5s2' },
    ]);
  });

  it('shows every partition that is no APFS volume', () => {
    const field = join(__dirname, '../../../../test/fixtures/field/19-mac-partitions/mount.txt');
    const volumes = parse.parseMount(readFileSync(field, 'utf8'));
    expect(volumes.map(({ mountPoint }) => mountPoint)).toEqual([
      '/',
      '/Volumes/Data',
      '/Volumes/Backup',
      '/Volumes/Media',
    ]);
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
    expect(Object.fromEntries(parse.parseIoregDisks(fixture('ioreg-disks.txt')))).toEqual({
      disk0: { read: 412345678901, write: 212345678901 },
      disk4: { read: 1048576, write: 2097152 },
    });
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
    expect((await new mac.MacFilesystems(nothing).collect()).metrics?.disk).toBeNull();
    expect(await new mac.MacGpus(nothing).cards()).toEqual([]);
    expect(parse.parseSwapUsage('total = 0.00M  used = 0.00M  free = 0.00M')).toBeNull();
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
