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
      swap: 12.5,
      batteries: [{ name: '1234SMP02DL016', charge: 64 }],
    });
    expect(reading?.sensors[0]?.temperature).toBeCloseTo(50.05);
    expect([...(reading?.disks.keys() ?? [])]).toEqual(['0 C:']);
    expect(reading?.volumes.map(({ name }) => name)).toEqual(['C:']);
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
  const FIELD = join(__dirname, '../../../../test/fixtures/field');
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
