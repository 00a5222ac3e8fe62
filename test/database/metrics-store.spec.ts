/** What both stores promise: exactly once, any range, honest gaps, retention. */
import fc from 'fast-check';
import { METRIC_NAMES, type MetricValues } from '../../src/contracts/index.js';
import type { Sample } from '../../src/domain-events/event-map.js';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import type { MetricsStore } from '../../src/metrics/store/metrics-store.js';
import { DATABASES } from '../helpers/server.js';
import {
  type Bucket,
  deviceBuckets,
  machineBuckets,
  openTestStore,
  samplesIn,
  storeSample,
  type TestStore,
} from '../helpers/store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-10-25T12:00:00Z');
const { signal } = new AbortController();

async function rollUpAll(store: MetricsStore, now: number): Promise<void> {
  for (const tier of ['1m', '1h'] as const) {
    while ((await store.rollUp(tier, now)).more);
  }
}

/** A value of every metric that no coding makes small. */
function noise(seed: number): MetricValues {
  return Object.fromEntries(
    METRIC_NAMES.map((name, index) => [name, (hashOf(seed * 64 + index) % 10_007) / 100]),
  );
}

/** Without a pattern that could be compressed. */
function hashOf(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) ^ (mixed >>> 13)) >>> 0;
}

async function compactAll(store: MetricsStore, now: number): Promise<void> {
  while ((await store.compact(now)).more);
}

describe.each(DATABASES)('metrics store on %s', (database) => {
  let test: TestStore;
  let machine: number;

  beforeAll(async () => {
    test = await openTestStore(database, NOW - DAY);
  });

  afterAll(() => test.close());

  beforeEach(async () => {
    [machine = 0] = await test.addMachines(1);
  });

  it('stores a sample once, whoever brings it again', async () => {
    const sample = storeSample(machine, NOW, { values: { cpu: 12.5 } });
    const other = storeSample(machine, NOW + 1, { values: { cpu: 13 } });
    expect(await test.store.write([sample])).toEqual([sample]);
    expect(await test.store.write([{ ...sample, values: { cpu: 99 } }, other])).toEqual([other]);
    const stored = await samplesIn(test.store, sample, NOW, NOW + 10, 10);
    expect(stored.map(({ timestamp, values }) => [timestamp, values.cpu])).toEqual([
      [NOW, 12.5],
      [NOW + 1, 13],
    ]);
  });

  it('keeps exact numbers, unknown as null, and why a metric is missing', async () => {
    const values = { cpu: 0.1 + 0.2, ram: null, network_in: 123_456_789_012.25, uptime: 1e9 };
    await test.store.write([storeSample(machine, NOW, { values, missing: { ram: 'no /proc' } })]);
    const [stored] = await samplesIn(test.store, storeSample(machine, 0), NOW, NOW + 1, 1);
    expect(stored?.values).toMatchObject({ ...values, gpu: null });
    expect(stored?.missing).toEqual({ ram: 'no /proc' });
  });

  it('keeps the history of devices beside that of the machine', async () => {
    const devices = {
      filesystems: [
        { name: '/', usage: 50, total_bytes: 4e12 },
        { name: '/home', usage: 10 },
      ],
      cores: [{ name: '0', usage: 7 }],
    };
    const sample = storeSample(machine, NOW, { values: { cpu: 1 }, devices });
    await test.store.write([sample]);
    await test.store.write([sample, storeSample(machine, NOW + 1000, { devices })]);
    const found = await test.store.devices(machine, 'filesystem');
    expect(found.map(({ name }) => name)).toEqual(['/', '/home']);
    const buckets = await deviceBuckets(test.store, {
      keys: found.map(({ id }) => id),
      metrics: ['usage', 'total_bytes'],
      from: NOW,
      to: NOW + 10_000,
      stepMs: 10_000,
      tier: 'raw',
    });
    expect(buckets.map(({ values }) => values)).toEqual([
      [
        { sum: 100, count: 2, min: 50, max: 50 },
        { sum: 8e12, count: 2, min: 4e12, max: 4e12 },
      ],
      [{ sum: 20, count: 2, min: 10, max: 10 }, null],
    ]);
  });

  it('answers the same from every tier as an independent computation over the samples', async () => {
    let border = NOW;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(randomHistory, async (history) => {
        const { late, stepMinutes, rollUpLate, compact, compactLate } = history;
        // Later and later, so that what is not late is rolled up forward.
        border = nextBorder(border, run++);
        const [key = 0] = await test.addMachines(1);
        const all = samplesOf(history, key, border);
        const lateFrom = Math.floor(all.length * late);
        const now = border + 4 * HOUR;
        // The first part arrives in time, the rest after everything was rolled up.
        await writeInTwo(test.store, all.slice(0, lateFrom));
        await rollUpAll(test.store, now);
        if (compact) {
          await compactAll(test.store, now);
        }
        await writeInTwo(test.store, all.slice(lateFrom));
        await writeInTwo(test.store, all.slice(0, 3));
        if (rollUpLate) {
          await rollUpAll(test.store, now);
        }
        if (compactLate) {
          await compactAll(test.store, now);
        }
        const stepMs = stepMinutes * MINUTE;
        const from = Math.floor((border - 6 * HOUR) / stepMs) * stepMs;
        const query = { keys: [key], metrics: ['cpu' as const, 'ram' as const], from, to: now };
        const expected = independentBuckets(all, from, now, stepMs);
        for (const tier of stepMinutes % 60 === 0 ? (['1m', '1h'] as const) : (['1m'] as const)) {
          const buckets = await machineBuckets(test.store, { ...query, stepMs, tier });
          expect(summary(buckets)).toEqual(expected);
        }
        const times = [...new Set(all.map(({ timestamp }) => timestamp))].sort((a, b) => a - b);
        const stored = await samplesIn(test.store, storeSample(key, 0), 0, now, 1_000);
        expect(stored.map(({ timestamp }) => timestamp)).toEqual(times);
      }),
      { numRuns: 15 },
    );
  }, 180_000);

  it('answers right also while more late minutes await their roll-up than one step takes', async () => {
    const minutes = 2_100;
    const from = NOW - 3 * DAY;
    await rollUpAll(test.store, NOW + HOUR);
    await test.store.write(
      Array.from({ length: minutes }, (_, index) =>
        storeSample(machine, from + index * MINUTE, { values: { cpu: index % 100 } }),
      ),
    );
    for (const tier of ['1h', '1m'] as const) {
      const query = { keys: [machine], metrics: ['cpu' as const], from, to: NOW, stepMs: HOUR };
      const buckets = await machineBuckets(test.store, { ...query, tier });
      expect(buckets.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0)).toBe(minutes);
    }
  });

  it('rolls up numbers as small as they can be', async () => {
    const start = NOW - 2 * HOUR;
    await test.store.write([
      storeSample(machine, start, { values: { cpu: Number.MIN_VALUE } }),
      storeSample(machine, start + MINUTE, { values: { cpu: 0 } }),
    ]);
    await rollUpAll(test.store, NOW + HOUR);
    const [bucket] = await machineBuckets(test.store, {
      keys: [machine],
      metrics: ['cpu'],
      from: start,
      to: NOW,
      stepMs: HOUR,
      tier: '1h',
    });
    expect(bucket?.values[0]).toEqual({
      sum: Number.MIN_VALUE,
      count: 2,
      min: 0,
      max: Number.MIN_VALUE,
    });
  });

  it('answers many machines at once, each with its own values, in their order', async () => {
    const machines = await test.addMachines(33);
    await test.store.write(
      machines.flatMap((key) =>
        [0, 1].map((n) => storeSample(key, NOW + n, { values: { cpu: key } })),
      ),
    );
    const buckets = await machineBuckets(test.store, {
      keys: machines,
      metrics: ['cpu'],
      from: NOW,
      to: NOW + 10_000,
      stepMs: 10_000,
      tier: '1m',
    });
    expect(buckets).toEqual(
      machines.map((key) => ({
        key,
        start: NOW,
        values: [{ sum: 2 * key, count: 2, min: key, max: key }],
      })),
    );
  });

  it('leaves a gap where nothing was received', async () => {
    const start = NOW - 2 * HOUR;
    await test.store.write([
      storeSample(machine, start, { values: { cpu: 1 } }),
      storeSample(machine, start + 30 * MINUTE, { values: { cpu: 3 } }),
    ]);
    await rollUpAll(test.store, NOW + HOUR);
    const buckets = await machineBuckets(test.store, {
      keys: [machine],
      metrics: ['cpu'],
      from: start,
      to: NOW,
      stepMs: 10 * MINUTE,
      tier: '1m',
    });
    expect(buckets.map((bucket) => bucket.start)).toEqual([start, start + 30 * MINUTE]);
  });

  it('reads the newest minutes before they are rolled up', async () => {
    const now = NOW + 3 * HOUR;
    await rollUpAll(test.store, now);
    await test.store.write([storeSample(machine, now - 5_000, { values: { cpu: 42 } })]);
    const buckets = await machineBuckets(test.store, {
      keys: [machine],
      metrics: ['cpu'],
      from: now - HOUR,
      to: now,
      stepMs: HOUR,
      tier: '1h',
    });
    expect(buckets[0]?.values[0]).toEqual({ sum: 42, count: 1, min: 42, max: 42 });
  });

  it('keeps the samples of a day that has them in its first hour alone', async () => {
    const midnight = NOW - (NOW % DAY) + 2 * DAY;
    for (let day = 0; day < 3; day++) {
      await test.store.write([
        storeSample(machine, midnight + day * DAY, { values: { cpu: day } }),
      ]);
      const now = midnight + day * DAY + 5 * HOUR;
      await rollUpAll(test.store, now);
      await compactAll(test.store, now);
    }
    const end = midnight + 5 * DAY;
    await rollUpAll(test.store, end);
    await compactAll(test.store, end);
    const stored = await samplesIn(test.store, storeSample(machine, 0), midnight, end, 10);
    expect(stored.map(({ values }) => values.cpu)).toEqual([0, 1, 2]);
    const query = { keys: [machine], metrics: ['cpu' as const], from: midnight, to: end };
    const days = await machineBuckets(test.store, { ...query, stepMs: DAY, tier: '1m' });
    expect(days.map(({ values }) => values[0]?.max)).toEqual([0, 1, 2]);
  });

  it('removes everything of a machine and nothing of another', async () => {
    const [other = 0] = await test.addMachines(1);
    const devices = { cores: [{ name: '0', usage: 7 }] };
    for (const key of [machine, other]) {
      await test.store.write([storeSample(key, NOW, { values: { cpu: 1 }, devices })]);
    }
    await rollUpAll(test.store, NOW + HOUR);
    await runSteps(() => test.store.deleteMachine(machine), signal);
    expect(await samplesIn(test.store, storeSample(machine, 0), 0, NOW + 1, 10)).toEqual([]);
    expect(await test.store.devices(machine)).toEqual([]);
    expect(await samplesIn(test.store, storeSample(other, 0), 0, NOW + 1, 10)).toHaveLength(1);
    expect(await test.store.devices(other)).toHaveLength(1);
  });
});

describe.each(DATABASES)('an hour that is being rolled up on %s', (database) => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore(database, NOW);
  });

  afterAll(() => test.close());

  it('counts a late sample of a machine that had its turn already', async () => {
    const { store } = test;
    // More than have their turn in one step.
    const machines = await test.addMachines(60);
    const [machine = 0] = machines;
    const now = NOW + HOUR + 5 * MINUTE;
    await store.write(machines.map((key) => storeSample(key, NOW, { values: { cpu: 1 } })));
    while ((await store.rollUp('1m', now)).more);
    expect(await store.rollUp('1h', now)).toMatchObject({ more: true });
    await store.write([storeSample(machine, NOW + 1_000, { values: { cpu: 5 } })]);
    while ((await store.rollUp('1m', now)).more);
    await rollUpAll(store, now);
    const buckets = await machineBuckets(store, {
      keys: [machine],
      metrics: ['cpu'],
      from: NOW,
      to: NOW + HOUR,
      stepMs: HOUR,
      tier: '1h',
    });
    expect(buckets.map(({ values }) => values)).toEqual([[{ sum: 6, count: 2, min: 1, max: 5 }]]);
  });
});

describe.each(DATABASES)('the rate of growth on %s', (database) => {
  it('is that of what is kept, however long the server has run', async () => {
    const test = await openTestStore(database, NOW - 200 * DAY);
    const [machine = 0] = await test.addMachines(1);
    test.now = NOW;
    for (const start of [NOW - 2 * DAY, NOW - HOUR]) {
      const samples = Array.from({ length: 3_600 }, (_, index) =>
        storeSample(machine, start + index * 1_000, { values: { cpu: index % 100, ram: 5 } }),
      );
      await test.store.write(samples);
    }
    await rollUpAll(test.store, NOW);
    await compactAll(test.store, NOW);
    const kept = { raw: 7 * DAY, '1m': 90 * DAY, '1h': 730 * DAY };
    await runSteps(() => test.store.expire(NOW, kept, signal), signal);
    const { totalBytes, bytesPerDay } = await test.store.usage();
    expect(bytesPerDay).toBeGreaterThan(totalBytes / 8);
    expect(bytesPerDay).toBeLessThan(totalBytes);
    await test.close();
  });
});

describe.each(DATABASES)('retention on %s', (database) => {
  const retention = { raw: 7 * DAY, '1m': 90 * DAY, '1h': 730 * DAY };
  let test: TestStore;
  let machine: number;

  beforeEach(async () => {
    test = await openTestStore(database, NOW - 10 * DAY);
    [machine = 0] = await test.addMachines(1);
  });

  afterEach(() => test.close());

  it('removes raw samples after their time and keeps what was rolled up', async () => {
    const old = NOW - 9 * DAY;
    await test.store.write([
      storeSample(machine, old, { values: { cpu: 10 } }),
      storeSample(machine, NOW - DAY, { values: { cpu: 20 } }),
    ]);
    await rollUpAll(test.store, NOW);
    await compactAll(test.store, NOW);
    await runSteps(() => test.store.expire(NOW, retention, signal), signal);
    const raw = await samplesIn(test.store, storeSample(machine, 0), 0, NOW, 10);
    expect(raw.map(({ timestamp }) => timestamp)).toEqual([NOW - DAY]);
    const buckets = await machineBuckets(test.store, {
      keys: [machine],
      metrics: ['cpu'],
      from: NOW - 10 * DAY,
      to: NOW,
      stepMs: DAY,
      tier: '1h',
    });
    expect(buckets.map(({ values }) => values[0]?.max)).toEqual([10, 20]);
    expect(test.store.rawHorizon()).toBeGreaterThan(old);
  });

  it('sheds the oldest raw data while the budget is exceeded, and says since when it holds', async () => {
    for (let day = 6; day >= 0; day--) {
      const samples: Sample[] = [];
      for (let index = 0; index < 2_000; index++) {
        const timestamp = NOW - day * DAY - index * 10_000;
        samples.push(storeSample(machine, timestamp, { values: noise(day * 2_000 + index) }));
      }
      await test.store.write(samples);
    }
    await rollUpAll(test.store, NOW);
    await compactAll(test.store, NOW);
    const { totalBytes } = await test.store.usage();
    const budget = totalBytes * 0.7;
    for (let round = 0; round < 10; round++) {
      await runSteps(() => test.store.shed(NOW, budget, signal), signal);
      await runSteps(() => test.store.expire(NOW, retention, signal), signal);
    }
    expect((await test.store.usage()).totalBytes).toBeLessThanOrEqual(budget);
    const kept = await samplesIn(test.store, storeSample(machine, 0), 0, NOW + 1, 100_000);
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept[0]?.timestamp).toBeGreaterThanOrEqual(test.store.rawHorizon());
    expect(kept.at(-1)?.timestamp).toBe(NOW);
    const buckets = await machineBuckets(test.store, {
      keys: [machine],
      metrics: ['cpu'],
      from: NOW - 7 * DAY,
      to: NOW + HOUR,
      stepMs: DAY,
      tier: '1h',
    });
    expect(buckets.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0)).toBe(14_000);
  }, 120_000);
});

describe.each(DATABASES)('a budget that raw data alone cannot keep on %s', (database) => {
  const retention = { raw: 60 * DAY, '1m': 90 * DAY, '1h': 730 * DAY };
  const days = 25;
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore(database, NOW);
  });

  afterEach(() => test.close());

  it('takes the oldest minutes after the raw data, and the hours last', async () => {
    const [machine = 0] = await test.addMachines(1);
    const start = NOW - days * DAY;
    for (let day = 0; day < days; day++) {
      const samples = Array.from({ length: 1_440 }, (_, minute) =>
        storeSample(machine, start + day * DAY + minute * MINUTE, {
          values: noise(day * 1_440 + minute),
        }),
      );
      await test.store.write(samples);
    }
    await rollUpAll(test.store, NOW + HOUR);
    await compactAll(test.store, NOW + HOUR);
    const { totalBytes } = await test.store.usage();
    const budget = totalBytes * 0.45;
    const work = [
      () => test.store.expire(NOW, retention, signal),
      () => test.store.shed(NOW, budget, signal),
    ];
    for (let changed = true; changed; ) {
      changed = false;
      for (const step of work) {
        changed = (await runSteps(step, signal)) > 0 || changed;
      }
    }
    expect((await test.store.usage()).totalBytes).toBeLessThanOrEqual(budget);
    const horizon = test.store.minuteHorizon();
    expect(horizon).toBeGreaterThan(start);
    expect(horizon).toBeLessThanOrEqual(test.store.rawHorizon());
    const count = async (tier: '1m' | '1h', from: number) => {
      const query = { keys: [machine], metrics: ['cpu' as const], from, to: NOW, stepMs: DAY };
      const buckets = await machineBuckets(test.store, { ...query, tier });
      return buckets.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0);
    };
    expect(await count('1h', start)).toBe(days * 1_440);
    expect(await count('1m', horizon)).toBe((NOW - horizon) / MINUTE);
  }, 60_000);
});

const LAST_SUNDAYS = ['2026-10-25', '2027-03-28', '2027-10-31', '2028-03-26', '2028-10-29'];

/**
 * The next time after `time` at which something changes: a week's or a quarter's partition (and with
 * it a day's), or Europe's clocks, an hour after a day's border.
 */
function nextBorder(time: number, kind: number): number {
  const after = (width: number) => Math.floor(time / width + 1) * width;
  const clocks = LAST_SUNDAYS.map((day) => Date.parse(`${day}T01:00:00Z`));
  const next = [clocks.find((change) => change > time), after(7 * DAY), after(90 * DAY)][kind % 3];
  return next ?? after(DAY);
}

/** Offsets from a border in any order, with repeats and gaps, and what was measured then. */
const randomHistory = fc.record({
  offsets: fc.array(fc.integer({ min: -6 * HOUR, max: 3 * HOUR - 1 }), {
    minLength: 5,
    maxLength: 150,
  }),
  /** Which part of them comes in time. */
  late: fc.double({ min: 0, max: 1, noNaN: true }),
  stepMinutes: fc.constantFrom(1, 7, 60, 120),
  rollUpLate: fc.boolean(),
  compact: fc.boolean(),
  compactLate: fc.boolean(),
  values: fc.array(
    fc.record({
      cpu: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null }),
      ram: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
    }),
    { minLength: 5, maxLength: 20 },
  ),
});

type History = typeof randomHistory extends fc.Arbitrary<infer history> ? history : never;

/** The value follows from the time: a repeat carries what its first mention did. */
function samplesOf({ offsets, values }: History, machine: number, border: number): Sample[] {
  return offsets.map((offset) =>
    storeSample(machine, border + offset, {
      values: values[Math.abs(offset) % values.length] ?? {},
    }),
  );
}

async function writeInTwo(store: MetricsStore, samples: Sample[]): Promise<void> {
  const half = Math.ceil(samples.length / 2);
  for (const part of [samples.slice(half), samples.slice(0, half)]) {
    const distinct = [...new Map(part.map((sample) => [sample.timestamp, sample])).values()];
    if (distinct.length > 0) {
      await store.write(distinct);
    }
  }
}

type Summary = { start: number; cpu: unknown; ram: unknown }[];

function summary(buckets: Bucket[]): Summary {
  return buckets.map(({ start, values: [cpu, ram] }) => ({
    start,
    cpu: cpu && { ...cpu, sum: expect.closeTo(cpu.sum, 6) },
    ram: ram && { ...ram, sum: expect.closeTo(ram.sum, 6) },
  }));
}

/** The same in plain JavaScript. */
function independentBuckets(samples: Sample[], from: number, to: number, stepMs: number): Summary {
  const byStart = new Map<number, Sample[]>();
  const distinct = new Map(samples.map((sample) => [sample.timestamp, sample]));
  for (const sample of distinct.values()) {
    if (sample.timestamp >= from && sample.timestamp < to) {
      const start = from + Math.floor((sample.timestamp - from) / stepMs) * stepMs;
      byStart.set(start, [...(byStart.get(start) ?? []), sample]);
    }
  }
  const aggregate = (group: Sample[], metric: 'cpu' | 'ram') => {
    const numbers = group.map(({ values }) => values[metric]).filter((value) => value != null);
    return numbers.length === 0
      ? null
      : {
          sum: numbers.reduce((sum, value) => sum + value, 0),
          count: numbers.length,
          min: Math.min(...numbers),
          max: Math.max(...numbers),
        };
  };
  return [...byStart.entries()]
    .sort(([one], [other]) => one - other)
    .map(([start, group]) => ({
      start,
      cpu: aggregate(group, 'cpu'),
      ram: aggregate(group, 'ram'),
    }));
}
