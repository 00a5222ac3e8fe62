import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { FakeTime } from '../../testing/fake-time.js';
import { type KeptLog, keptLog } from '../../testing/quiet-log.js';
import { decodeSegment, encodeRecord } from './record.js';
import { Spool } from './spool.js';

const ALL = Number.MAX_SAFE_INTEGER;

let folder: string;
let time: FakeTime;
let log: KeptLog;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'procspy-spool-')), 'spool');
  time = new FakeTime();
  log = keptLog();
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function open(options: { maxBytes?: number; maxAgeMs?: number } = {}): Spool {
  const spool = new Spool({
    folder,
    maxBytes: options.maxBytes ?? 64e6,
    maxAgeMs: options.maxAgeMs ?? 7 * 86_400_000,
    clock: time.clock,
    log,
  });
  spool.open();
  return spool;
}

const json = (n: number, padding = 0) => JSON.stringify({ n, padding: 'x'.repeat(padding) });
const fill = (spool: Spool, from: number, to: number, padding = 0) => {
  for (let n = from; n <= to; n += 1) spool.append(json(n, padding));
};
const waiting = (spool: Spool, limit = 100_000) =>
  spool.backlog(limit, ALL, ALL).map(({ json: text }) => (JSON.parse(text) as { n: number }).n);
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const segments = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.seg'))
    .sort();

describe('the spool', () => {
  it('keeps samples in order until they are settled', () => {
    const spool = open();
    fill(spool, 1, 5);
    expect(waiting(spool)).toEqual([1, 2, 3, 4, 5]);
    spool.settle(spool.backlog(2, ALL, ALL));
    expect(waiting(spool)).toEqual([3, 4, 5]);
    expect(spool.pendingBelow()).toBe(3);
  });

  it('gives batches within both limits, and at least one sample', () => {
    const spool = open();
    fill(spool, 1, 10, 100);
    expect(spool.backlog(3, ALL, ALL)).toHaveLength(3);
    expect(spool.backlog(100, 500, ALL)).toHaveLength(4);
    expect(spool.backlog(100, 1, ALL)).toHaveLength(1);
    expect(spool.backlog(100, ALL, 4).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('finds everything again after being killed, live samples settled or not', () => {
    const killed = open();
    fill(killed, 1, 6);
    killed.settle([{ seq: 5, json: '' }]);
    const spool = open();
    // The mark was not yet written: what was settled is sent again, which the server notices.
    expect(waiting(spool)).toEqual([1, 2, 3, 4, 5, 6]);
    fill(spool, 7, 7);
    expect(waiting(spool)).toEqual(range(1, 7));
  });

  it('knows after a clean stop what was settled, also beyond gaps', () => {
    const stopped = open();
    fill(stopped, 1, 6);
    stopped.settle([
      { seq: 1, json: '' },
      { seq: 5, json: '' },
    ]);
    stopped.close();
    expect(waiting(open())).toEqual([2, 3, 4, 6]);
  });

  it('writes its mark now and then', async () => {
    const spool = open();
    fill(spool, 1, 4);
    spool.settle(spool.backlog(3, ALL, ALL));
    await time.pass(30_000);
    spool.maintain();
    expect(waiting(open())).toEqual([4]);
  });

  it('never uses a number twice', () => {
    const first = open();
    fill(first, 1, 3);
    first.settle(first.backlog(10, ALL, ALL));
    first.close();
    rmSync(folder, { recursive: true });
    fill(open(), 1, 1);
    const again = open();
    expect(again.append(json(2))).toBe(2);
  });

  it('removes segments whose samples are all settled', () => {
    const spool = open();
    fill(spool, 1, 1000, 1000);
    expect(segments().length).toBeGreaterThan(3);
    while (spool.pendingBelow() > 0) spool.settle(spool.backlog(100, ALL, ALL));
    expect(segments()).toHaveLength(1);
  });

  it('stays small while everything is delivered', () => {
    const spool = open();
    for (let n = 1; n <= 3000; n += 1) {
      const seq = spool.append(json(n, 1000));
      spool.settle([{ seq, json: '' }]);
    }
    expect(segments().length).toBeLessThanOrEqual(2);
  });

  it('ignores a line that a crash cut off', () => {
    fill(open(), 1, 3);
    const [name = ''] = segments();
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path).subarray(0, -5));
    const spool = open();
    expect(waiting(spool)).toEqual([1, 2]);
    fill(spool, 4, 4);
    expect(waiting(spool)).toEqual([1, 2, 4]);
    expect(spool.stats().damaged).toBe(0);
  });

  it('survives a crash at any byte', () => {
    fill(open(), 1, 3);
    const [name = ''] = segments();
    const whole = readFileSync(join(folder, name));
    for (let length = 0; length < whole.length; length += 1) {
      for (const other of segments()) rmSync(join(folder, other));
      writeFileSync(join(folder, name), whole.subarray(0, length));
      const spool = open();
      const complete = whole.subarray(0, length).toString().split('\n').length - 1;
      expect(waiting(spool)).toEqual(range(1, complete));
      fill(spool, 9, 9);
      expect(waiting(spool)).toEqual([...range(1, complete), 9]);
    }
  });

  it('sets a damaged segment aside and delivers its good samples', () => {
    fill(open(), 1, 5);
    const [name = ''] = segments();
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"n":3', '"n":8'));
    const spool = open();
    expect(waiting(spool)).toEqual([1, 2, 4, 5]);
    expect(spool.stats().damaged).toBe(1);
    expect(readdirSync(join(folder, 'damaged'))).toEqual([name]);
    expect(log.lines.join()).toContain('damaged samples are set aside');
    // While the server is away the backlog is looked at again and again.
    expect(waiting(spool)).toEqual([1, 2, 4, 5]);
    expect(spool.stats().damaged).toBe(1);
    expect(log.lines).toHaveLength(1);
    spool.settle(spool.backlog(10, ALL, ALL));
    expect(spool.pendingBelow()).toBe(0);
  });

  it('is not stopped by rubbish: zeros, foreign files, a broken mark', () => {
    fill(open(), 1, 2);
    const [name = ''] = segments();
    appendFileSync(join(folder, name), Buffer.alloc(4096));
    writeFileSync(join(folder, 'mark.json'), '{"next":');
    writeFileSync(join(folder, 'notes.txt'), 'hello');
    expect(waiting(open())).toEqual([1, 2]);
  });

  it('drops the oldest beyond its bytes and counts them', () => {
    const spool = open({ maxBytes: 256e3 });
    fill(spool, 1, 1000, 1000);
    const { bytes, dropped, pending } = spool.stats();
    expect(bytes).toBeLessThanOrEqual(256e3);
    expect(dropped + pending).toBe(1000);
    expect(waiting(spool)).toEqual(range(dropped + 1, 1000));
    expect(log.lines.filter((line) => line.includes('given up')).length).toBeGreaterThan(0);
  });

  it('drops what is too old, by time that has really passed', async () => {
    const spool = open({ maxAgeMs: 3_600_000 });
    fill(spool, 1, 3);
    time.setWall(365 * 86_400_000);
    spool.maintain();
    expect(spool.pendingBelow()).toBe(3);
    time.setWall(-730 * 86_400_000);
    spool.maintain();
    expect(spool.pendingBelow()).toBe(3);
    await time.pass(3_600_001);
    spool.maintain();
    expect(spool.stats()).toMatchObject({ pending: 0, dropped: 3 });
  });

  it('takes the backlog of an earlier run as no older than its files', () => {
    fill(open(), 1, 2);
    time.setWall(Date.now() - time.clock.wallMs() + 8 * 86_400_000);
    expect(open().stats().dropped).toBe(2);
  });
});

describe('a spool under any treatment', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), count: fc.nat(6) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('kill', 'stop', 'wait') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('flip', 'cut', 'drop', 'spoilMark'),
        file: fc.nat(),
        at: fc.nat(),
      }),
    },
  );

  it('gives only what was taken, whole, in order and once, and all that was not damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        rmSync(folder, { recursive: true, force: true });
        let spool = open();
        let taken = 0;
        let damage = 0;
        const settled = new Set<number>();
        const look = () => {
          const found = waiting(spool);
          // Whole and taken: the number is in the sample. In order and once: it grows.
          expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
          expect(found.every((n) => n >= 1 && n <= taken)).toBe(true);
          if (damage > 0) return;
          for (let n = 1; n <= taken; n += 1) {
            if (!settled.has(n)) expect(found).toContain(n);
          }
        };
        for (const one of steps) {
          const names = existsSync(folder) ? segments() : [];
          const name = 'file' in one ? names[one.file % Math.max(1, names.length)] : undefined;
          const path = name === undefined ? undefined : join(folder, name);
          switch (one.do) {
            case 'append':
              taken += 1;
              spool.append(json(taken, 20));
              break;
            case 'settle': {
              const batch =
                'count' in one && one.count > 0 ? spool.backlog(one.count, ALL, ALL) : [];
              spool.settle(batch);
              for (const sample of batch) settled.add((JSON.parse(sample.json) as { n: number }).n);
              break;
            }
            case 'wait':
              await time.pass(30_000);
              spool.maintain();
              break;
            case 'stop':
              spool.close();
              spool = open();
              break;
            case 'kill':
              spool = open();
              break;
            case 'spoilMark':
              writeFileSync(join(folder, 'mark.json'), '{"next":');
              break;
            default: {
              if (path === undefined || !('at' in one)) break;
              // Damage is done while nobody writes, as by a disk or a crash.
              spool.close();
              const data = readFileSync(path);
              damage += 1;
              if (one.do === 'drop') rmSync(path);
              else if (one.do === 'cut')
                writeFileSync(path, data.subarray(0, one.at % (data.length + 1)));
              else if (data.length > 0) {
                const index = one.at % data.length;
                data[index] = (data[index] ?? 0) ^ 0x15;
                writeFileSync(path, data);
              }
              spool = open();
            }
          }
          look();
        }
        spool.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a state folder that refuses', () => {
  it('is worked around in memory, and used again when it takes files', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const spool = open();
    fill(spool, 1, 3);
    expect(spool.stats()).toMatchObject({ inMemory: 3, pending: 3 });
    expect(log.lines[0]).toMatch(/^warn cannot keep samples in .*going on in memory/);
    expect(log.lines).toHaveLength(1);
    spool.settle(spool.backlog(1, ALL, ALL));
    expect(waiting(spool)).toEqual([2, 3]);
    renameSync(folder, `${folder}.away`);
    await time.pass(30_000);
    rmSync(folder, { force: true });
    const again = open();
    again.close();
    fill(spool, 4, 4);
    expect(spool.stats()).toMatchObject({ inMemory: 0, diskError: null });
    expect(waiting(spool)).toEqual([2, 3, 4]);
  });

  it('may be full: nothing is lost nor torn', async () => {
    const spool = open();
    // Every write to this device fails for want of space.
    symlinkSync('/dev/full', join(folder, '0000000000000001.seg'));
    fill(spool, 1, 2);
    expect(spool.stats()).toMatchObject({ inMemory: 2 });
    expect(log.lines[0]).toContain('ENOSPC');
    rmSync(join(folder, '0000000000000001.seg'));
    await time.pass(30_000);
    fill(spool, 3, 3);
    expect(spool.stats().inMemory).toBe(0);
    expect(waiting(open())).toEqual([1, 2, 3]);
  });

  it('keeps a bounded number in memory', () => {
    writeFileSync(folder, '');
    const spool = open();
    fill(spool, 1, 6, 1_000_000);
    expect(waiting(spool)).toEqual([3, 4, 5, 6]);
    expect(spool.stats()).toMatchObject({ dropped: 2, pending: 4 });
  });
});

describe('a record', () => {
  it('is read back, whatever the sample holds', () => {
    const samples = [
      { seq: 1, json: '{"name":"Füße \\n 💾"}' },
      { seq: 9_007_199_254_740_991, json: '{}' },
    ];
    expect(decodeSegment(samples.map(encodeRecord).join(''))).toEqual({
      samples,
      damaged: 0,
      torn: false,
    });
  });
});
