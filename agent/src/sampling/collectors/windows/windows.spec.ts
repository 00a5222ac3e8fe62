import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleSample } from '../../sample.js';
import { counterName, parseWindowsLine } from './parse.js';
import { Windows } from './windows.js';

const [first = '', second = '', sparse = ''] = readFileSync(
  join(__dirname, 'fixtures/loop.ndjson'),
  'utf8',
).split('\n');

class Loop {
  started = 0;
  line: (line: string) => void = () => undefined;
  ended: (reason: string) => void = () => undefined;
  stopped = 0;
  nowMs = 0;
  private readonly windows = new Windows(
    async (onLine, ended) => {
      this.started += 1;
      this.line = onLine;
      this.ended = ended;
      return {
        stop: () => {
          this.stopped += 1;
        },
      };
    },
    () => this.nowMs,
  );

  collect(nowMs: number) {
    this.nowMs = nowMs;
    return this.windows.collect();
  }
}

describe('a line of the Windows loop', () => {
  it('is read whole', () => {
    const reading = parseWindowsLine(first);
    expect(reading).toMatchObject({
      processes: 271,
      swap: { sizeMib: 4096, usedMib: 512 },
      batteries: [{ name: '1234SMP02DL016', charge: 64 }],
    });
    expect(reading?.sensors[0]?.temperature).toBeCloseTo(50.05);
    expect([...(reading?.disks.keys() ?? [])]).toEqual(['0 C:']);
    // One that is locked has no size to tell.
    expect(reading?.volumes.map(({ name, stat }) => [name, stat?.blocks])).toEqual([
      ['C:', 511101108224],
      ['D:', undefined],
    ]);
    expect([...(reading?.physical ?? [])]).toEqual(['Intel[R] Wi-Fi 6 AX201 160MHz']);
  });

  it('may hold single elements instead of lists, and nulls', () => {
    expect(parseWindowsLine(sparse)).toMatchObject({ swap: null, batteries: [], sensors: [] });
  });

  it.each(['', '{', 'null', '[]', '{"os":{}}', 'Get-CimInstance : Access denied'])(
    'is none if it is %j',
    (line) => {
      expect(parseWindowsLine(line)).toBeNull();
    },
  );

  it('names adapters as performance counters do', () => {
    expect(counterName('Realtek(R) PCIe #2')).toBe('Realtek[R] PCIe _2');
  });
});

describe('the Windows collector', () => {
  it('makes rates by the clock of the loop', () => {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow('not answered yet');
    loop.line(first);
    expect(loop.collect(1000).metrics?.disk_read).toBeNull();
    loop.line(second);
    const reading = loop.collect(6000);
    expect(assembleSample(0, [reading])).toMatchObject({
      ram: 62.5,
      swap: 12.5,
      disk: 75,
      disk_read: 10_000_000,
      disk_write: 1_000_000,
      network_in: 200_000,
      network_out: 50_000,
      processes: 271,
      temperature: 50.05,
      devices: { disks: [{ name: '0 C:', usage: 25 }] },
    });
    expect(loop.started).toBe(1);
  });

  it('has no values once the loop is silent, and starts it again when it ends', async () => {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow();
    loop.line(first);
    await Promise.resolve();
    expect(() => loop.collect(25_000)).toThrow();
    loop.ended('it ended (code 1)');
    expect(() => loop.collect(26_000)).toThrow('PowerShell: it ended (code 1)');
    expect(() => loop.collect(30_000)).toThrow();
    expect(loop.started).toBe(2);
  });

  it('starts a loop anew that hangs, as WMI does at times', async () => {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow();
    await Promise.resolve();
    expect(() => loop.collect(60_000)).toThrow('PowerShell: it has been silent for 60 s');
    expect(loop.stopped).toBe(1);
    expect(() => loop.collect(65_000)).toThrow('not answered yet');
    expect(loop.started).toBe(2);
  });

  it('has values at long intervals, too', () => {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow();
    loop.nowMs = 599_000;
    loop.line(first);
    expect(loop.collect(600_000).metrics?.ram).toEqual(expect.any(Number));
  });
});

describe('faults that people met with other monitors', () => {
  const FIELD = join(__dirname, '../../../../../test/fixtures/field');
  const lines = readFileSync(join(FIELD, '05-hyperv-external-switch/two-lines.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

  function lastOf(two: readonly object[]) {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow();
    for (const line of two) loop.line(JSON.stringify(line));
    return loop.collect(6000);
  }

  it('a card that is bound to a switch of Hyper-V counts as an adapter', () => {
    const cards = (bytes: number) => [
      { Name: 'Wired card', BytesReceivedPersec: bytes, BytesSentPersec: bytes },
      { Name: 'Wireless card', BytesReceivedPersec: 0, BytesSentPersec: 0 },
      { Name: 'Hyper-V Virtual Ethernet Adapter', BytesReceivedPersec: 1, BytesSentPersec: 1 },
    ];
    const { metrics, devices } = lastOf([
      { ...lines[0], cards: cards(10_000_000) },
      { ...lines[1], cards: cards(60_000_000) },
    ]);
    expect(metrics).toMatchObject({ network_in: 10_000_000, network_out: 10_000_000 });
    expect(devices?.interfaces?.map(({ name }) => name)).toEqual([
      'Hyper-V Virtual Ethernet Adapter',
      'Wireless card',
      'Wired card',
    ]);
  });

  it('a card without counters makes the totals unknown, not 0, unless it is down', () => {
    const { metrics, missing } = lastOf(lines);
    expect(metrics).toMatchObject({ network_in: null, network_out: null });
    expect(missing?.network_in).toContain('"Wired card"');
    const down = lines.map((line) => ({
      ...line,
      adapters: line.adapters.map((adapter: object) => ({
        ...adapter,
        InterfaceOperationalStatus: 2,
      })),
    }));
    expect(lastOf(down).metrics).toMatchObject({ network_in: 0, network_out: 0 });
  });

  it('a drive made by subst is no volume of its own', () => {
    const volumes = JSON.parse(readFileSync(join(FIELD, '24-subst-drive/volumes.json'), 'utf8'));
    const serials = ['1C2D3E4F', '0A0B0C0D', '1C2D3E4F'];
    const withSerials = volumes.map((volume: object, index: number) => ({
      ...volume,
      VolumeSerialNumber: serials[index],
    }));
    const { metrics, devices } = lastOf([{ ...lines[0], volumes: withSerials }]);
    expect(metrics?.disk).toBeCloseTo(19.4, 1);
    expect(devices?.filesystems?.map(({ name }) => name)).toEqual(['C:', 'D:']);
    // Without a serial number, or with one that a cloned disk shares, a volume is its own.
    const clones = withSerials.map((volume: object, index: number) => ({
      ...volume,
      VolumeSerialNumber: null,
      FreeSpace: (index + 1) * 1e9,
    }));
    const three = lastOf([{ ...lines[0], volumes: clones }]).devices?.filesystems;
    expect(three).toHaveLength(3);
  });
});

describe('what Windows tells that cannot be', () => {
  const base = JSON.parse(first);
  const readingOf = (changes: object, earlier: object = {}) => {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow();
    loop.line(JSON.stringify({ ...base, ticks: base.ticks - 5, ...earlier }));
    loop.line(JSON.stringify({ ...base, ...changes }));
    return loop.collect(6000);
  };

  it.each([
    ['ram', { os: { ...base.os, FreePhysicalMemory: 16777217 } }, 'more free memory than there is'],
    ['ram', { os: null }, 'no size of its memory'],
    ['processes', { os: null }, 'no number of processes'],
    [
      'swap',
      { pagefiles: [{ AllocatedBaseSize: 4096, CurrentUsage: 4097 }] },
      'more of the page files',
    ],
    ['swap', { pagefiles: [] }, 'no page file'],
    ['disk', { volumes: [] }, 'no local filesystem on this machine'],
    ['disk', { volumes: [{ DeviceID: 'D:', Size: null, FreeSpace: null }] }, 'tells its size: D:'],
    [
      'disk',
      { volumes: [{ DeviceID: 'D:', Size: 10, FreeSpace: 11 }] },
      'no size that can be true: D:',
    ],
  ] as const)('leaves %s unknown: %j', (metric, changes, reason) => {
    const { metrics, missing } = readingOf(changes);
    expect(metrics?.[metric]).toBeNull();
    expect(missing?.[metric]).toContain(reason);
  });

  it.each([
    [103, 100],
    [117, null],
    [255, null],
    [1034, null],
    [null, null],
  ])('takes a charge of %p for %p', (EstimatedChargeRemaining, charge) => {
    const { devices } = readingOf({ batteries: [{ DeviceID: ' ', EstimatedChargeRemaining }] });
    expect(devices?.batteries).toEqual([{ name: 'battery 0', charge }]);
  });

  it.each([
    ['more idle than went by, within rounding', 50_900_000, 50_000_000, 0],
    ['more idle than went by', 80_000_000, 50_000_000, null],
    ['less than no idle time', -40_000_000, 50_000_000, null],
    ['a clock that stands still', 0, 0, null],
  ])('has no busy share of a disk with %s', (_, idle, clock, usage) => {
    const disk = { ...base.disks[0], PercentIdleTime: 900e9, Timestamp_Sys100NS: 1e15 };
    const { devices } = readingOf(
      { disks: [{ ...disk, PercentIdleTime: 900e9 + idle, Timestamp_Sys100NS: 1e15 + clock }] },
      { disks: [disk] },
    );
    expect(devices?.disks?.[0]?.usage).toBe(usage);
  });

  it('has no temperature of firmware that tells 0 kelvin', () => {
    const { metrics, devices } = readingOf({ thermal: [{ CurrentTemperature: 0 }] });
    expect(metrics?.temperature).toBeNull();
    expect(devices?.sensors).toEqual([{ name: 'thermal zone', temperature: null }]);
  });
});

describe('what counts once', () => {
  const base = JSON.parse(first);
  const readingOf = (lines: readonly [object, object]) => {
    const loop = new Loop();
    expect(() => loop.collect(0)).toThrow();
    for (const [index, line] of lines.entries()) {
      loop.line(JSON.stringify({ ...base, ticks: base.ticks + 5 * index, ...line }));
    }
    return loop.collect(6000);
  };

  describe('a virtual function beside its synthetic adapter', () => {
    const synthetic = {
      InterfaceDescription: 'Microsoft Hyper-V-Netzwerkadapter #2',
      HardwareInterface: true,
      InterfaceOperationalStatus: 1,
      PermanentAddress: '00224801A2B3',
      PNPDeviceID: 'VMBUS\\{F8615163-DF3E-46C5-913F-F2D2F965ED0E}\\{2F1D}',
    };
    const virtualFunction = {
      ...synthetic,
      InterfaceDescription: 'Mellanox ConnectX-5 Virtual Adapter',
      PermanentAddress: '00-22-48-01-a2-b3',
      PNPDeviceID: 'PCI\\VEN_15B3&DEV_1018&SUBSYS_018015B3&REV_80\\B16F0001',
    };
    const other = {
      ...synthetic,
      InterfaceDescription: 'Microsoft Hyper-V-Netzwerkadapter #3',
      PermanentAddress: '00224801A2B4',
    };
    const counters = (bytes: number) =>
      ['Microsoft Hyper-V-Netzwerkadapter _2', 'Mellanox ConnectX-5 Virtual Adapter'].map(
        (Name) => ({
          Name,
          BytesReceivedPersec: bytes,
          BytesSentPersec: bytes,
        }),
      );

    it.each([
      ['once', [synthetic, virtualFunction], 1_000_000],
      [
        'twice if its address is another',
        [synthetic, { ...virtualFunction, PermanentAddress: '00224801A2FF' }],
        2_000_000,
      ],
      [
        'twice if neither tells an address',
        [
          { ...synthetic, PermanentAddress: '' },
          { ...virtualFunction, PermanentAddress: '' },
        ],
        2_000_000,
      ],
    ])('is counted %s', (_, adapters, rate) => {
      const { metrics } = readingOf([
        { adapters, interfaces: counters(0), cards: counters(0) },
        { adapters, interfaces: counters(5_000_000), cards: counters(5_000_000) },
      ]);
      expect(metrics).toMatchObject({ network_in: rate, network_out: rate });
    });

    it('needs no counters of its own', () => {
      const [only] = counters(0);
      const line = { adapters: [synthetic, virtualFunction], interfaces: [only], cards: [only] };
      expect(readingOf([line, line]).metrics).toMatchObject({ network_in: 0, network_out: 0 });
      const uncounted = { ...line, adapters: [synthetic, other] };
      expect(readingOf([uncounted, uncounted]).missing?.network_in).toContain('_3');
    });
  });

  it('a virtual disk that is a file on another', () => {
    const disk = (Name: string, bytes: number) => ({
      ...base.disks[0],
      Name,
      DiskReadBytesPersec: bytes,
      DiskWriteBytesPersec: bytes,
    });
    const line = (bytes: number, images: unknown) => ({
      disks: [disk('0 C:', bytes), disk('1 V: W:', bytes), disk('2', bytes)],
      images,
      volumes: ['C:', 'V:', 'W:'].map((DeviceID) => ({ DeviceID, Size: 1000, FreeSpace: 250 })),
    });
    for (const images of [[{ Number: 1 }], { Number: 1 }, { value: [{ Number: 1 }], Count: 1 }]) {
      const { metrics, devices } = readingOf([line(0, images), line(5000, images)]);
      expect(metrics?.disk_read).toBe(2000);
      expect(devices?.disks?.map(({ name }) => name)).toEqual(['0 C:', '2']);
      expect(devices?.filesystems?.map(({ name }) => name)).toEqual(['C:']);
    }
    for (const images of [null, [], { value: [], Count: 0 }]) {
      const { metrics, devices } = readingOf([line(0, images), line(5000, images)]);
      expect(metrics?.disk_read).toBe(3000);
      expect(devices?.filesystems).toHaveLength(3);
    }
  });

  describe('a volume', () => {
    const volume = (DeviceID: string, VolumeSerialNumber: string | null = '1C2D3E4F') => ({
      DeviceID,
      Size: 1000,
      FreeSpace: 250,
      VolumeSerialNumber,
    });
    const disks = (...names: string[]) => names.map((Name) => ({ ...base.disks[0], Name }));
    const names = (line: object) =>
      readingOf([line, line]).devices?.filesystems?.map(({ name }) => name);

    it('that subst shows under a second letter, before its own or behind', () => {
      expect(
        names({ disks: disks('0 C:'), volumes: [volume('B:'), volume('C:'), volume('S:')] }),
      ).toEqual(['C:']);
      expect(names({ disks: disks('0'), volumes: [volume('C:'), volume('S:')] })).toEqual(['C:']);
    });

    it('nor that of a virtual disk that is a file', () => {
      const line = {
        disks: disks('0 C:', '1 V:'),
        images: [{ Number: 1 }],
        volumes: [volume('C:', '0A0B0C0D'), volume('S:'), volume('V:')],
      };
      expect(names(line)).toEqual(['C:']);
    });

    it('but not its clone on another disk', () => {
      const line = {
        disks: disks('0 C:', '1 E:'),
        volumes: [volume('C:'), volume('E:'), volume('S:')],
      };
      expect(names(line)).toEqual(['C:', 'E:']);
    });

    it.each(['', ' ', '00000000', null])('but not one whose serial number is %j', (serial) => {
      const line = { disks: disks('0'), volumes: [volume('C:', serial), volume('D:', serial)] };
      expect(names(line)).toEqual(['C:', 'D:']);
    });
  });
});
