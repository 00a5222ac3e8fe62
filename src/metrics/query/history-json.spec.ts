/** History as JSON: what JSON.stringify would write, but for digits that nobody should see. */
import fc from 'fast-check';
import type { MetricHistory } from '../../contracts/index.js';
import type { SeriesBuckets } from '../store/metrics-store.js';
import { deviceHistoryJson, fleetHistoryJson, machineHistoryJson } from './history-json.js';
import { NUMBER_BYTES, writeExactNumber, writeNumber } from './number-text.js';

const RESOLUTION = { tier: 'raw', stepMs: 10, from: 100, to: 140 } as const;
const MACHINE = { machine_id: 'm' };

/** A series of one metric with these buckets by their start. */
function series(buckets: Record<number, { sum: number; count: number }>): SeriesBuckets {
  const list = (pick: (bucket: { sum: number; count: number }) => number) =>
    Float64Array.from([100, 110, 120, 130], (start) =>
      pick(buckets[start] ?? { sum: 0, count: 0 }),
    );
  const columns = [
    {
      sum: list(({ sum }) => sum),
      count: list(({ count }) => count),
      min: list(({ count }) => (count > 0 ? 1 : Number.POSITIVE_INFINITY)),
      max: list(({ count }) => (count > 0 ? 9 : Number.NEGATIVE_INFINITY)),
    },
  ];
  return { key: 1, present: new Uint8Array(4), columns };
}

const parsed = (json: Buffer) => JSON.parse(json.toString());

describe('history as JSON', () => {
  it('stands on every step of the range, and holds null where nothing was received', () => {
    const buckets = series({ 110: { sum: 6, count: 2 }, 130: { sum: 1, count: 1 } });
    const metrics = ['cpu', 'ram'];
    expect(parsed(machineHistoryJson(MACHINE, RESOLUTION, { metrics, buckets }))).toEqual({
      machine_id: 'm',
      from: '1970-01-01T00:00:00.100Z',
      to: '1970-01-01T00:00:00.140Z',
      step_seconds: 0.01,
      tier: 'raw',
      columns: {
        timestamp: [100, 110, 120, 130],
        cpu: [null, 3, null, 1],
        ram: [null, null, null, null],
      },
    });
  });

  it('comes with extremes from a rolled-up tier', () => {
    const buckets = series({ 100: { sum: 6, count: 2 } });
    const json = machineHistoryJson(
      MACHINE,
      { ...RESOLUTION, tier: '1m' },
      { metrics: ['cpu'], buckets },
    );
    expect(parsed(json).columns).toMatchObject({
      cpu: [3, null, null, null],
      cpu_min: [1, null, null, null],
      cpu_max: [9, null, null, null],
    });
  });

  it('lists machines and devices on one time axis', () => {
    const one = { metrics: ['cpu'], buckets: series({ 120: { sum: 1.25, count: 1 } }) };
    const none = { metrics: ['cpu'], buckets: undefined };
    const fleet = fleetHistoryJson(RESOLUTION, [
      { machine_id: 'a', ...one },
      { machine_id: 'b', ...none },
    ]);
    expect(parsed(fleet)).toMatchObject({
      timestamp: [100, 110, 120, 130],
      machines: [
        { machine_id: 'a', columns: { cpu: [null, null, 1.25, null] } },
        { machine_id: 'b', columns: { cpu: [null, null, null, null] } },
      ],
    });
    const name = '/mnt/"ä\u2028\n';
    const devices = deviceHistoryJson({ machine_id: 'm', kind: 'filesystem' }, RESOLUTION, [
      { name, ...one },
    ]);
    expect(parsed(devices)).toMatchObject({ kind: 'filesystem', devices: [{ name }] });
    expect(
      parsed(deviceHistoryJson({ machine_id: 'm', kind: 'fan' }, RESOLUTION, [])).devices,
    ).toEqual([]);
    const nothing: MetricHistory = parsed(
      machineHistoryJson(MACHINE, { ...RESOLUTION, to: 100 }, one),
    );
    expect(nothing.columns).toEqual({ timestamp: [], cpu: [] });
  });
});

describe('a number as text', () => {
  const textOf = (value: number) => {
    const bytes = Buffer.alloc(NUMBER_BYTES, '!');
    return bytes.toString('latin1', 0, writeNumber(bytes, 0, value));
  };

  it.each([
    [0.1 + 0.2, '0.3'],
    [-0, '0'],
    [0, '0'],
    [7, '7'],
    [-12.5, '-12.5'],
    [100, '100'],
    [0.07, '0.07'],
    [1 / 3, '0.333333333333'],
    [2 / 3e5, '0.00000666666666667'],
    [99_999_999_999.994, '100000000000'],
    [999.9999999999, '1000'],
    [123_456_789_012, '123456789012'],
    [4e12, '4000000000000'],
    [1.5e300, '1.5e+300'],
    [5e-324, '5e-324'],
  ])('%d is %s', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  it('is read again as the very same number, where that is asked for', () => {
    const exact = (value: number) => {
      const bytes = Buffer.alloc(NUMBER_BYTES, '!');
      return bytes.toString('latin1', 0, writeExactNumber(bytes, 0, value));
    };
    for (const value of [-0, 0, 0.07, -12.5, 1 / 3, 4e12, 5e-324, 1.7976931348623157e308]) {
      expect(exact(value)).toBe(String(value));
    }
    const anyNumber = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -1e13, max: 1e13 }).map((units) => units / 100),
    );
    fc.assert(
      fc.property(anyNumber, (value) => {
        expect(exact(value)).toBe(String(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the number to twelve digits, whatever its size', () => {
    const anyNumber = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -2e11, max: 2e11, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: -1e13, max: 1e13 }).map((units) => units / 100),
    );
    fc.assert(
      fc.property(anyNumber, (value) => {
        const text = textOf(value);
        // One decimal of the last digit more or less where a half is rounded.
        expect(Math.abs(JSON.parse(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 5.01e-12);
        expect(text.length).toBeLessThan(NUMBER_BYTES);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the digits that JSON.stringify has, for decimals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e11, max: 1e11 }),
        fc.integer({ min: 0, max: 6 }),
        (units, decimals) => {
          const value = units / 10 ** decimals;
          expect(textOf(value)).toBe(JSON.stringify(value + 0));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
