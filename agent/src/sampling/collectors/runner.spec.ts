import { Unavailable } from '../../shared/errors.js';
import type { Collector, Reading } from './collector.js';
import { CollectorRunner } from './runner.js';

const collector = (collect: Collector['collect'], restMs?: number): Collector => ({
  name: 'test',
  provides: ['cpu', 'ram'],
  collect,
  ...(restMs === undefined ? {} : { restMs }),
});

describe('running a collector', () => {
  it('gives its reading', () => {
    const runner = new CollectorRunner(collector(() => ({ metrics: { cpu: 1 } })));
    expect(runner.read(0, 100)).toEqual({ metrics: { cpu: 1 } });
    expect(runner.stats).toMatchObject({ runs: 1, failures: 0, error: null });
  });

  it('turns a failure into nulls with its reason', async () => {
    const fail = () => {
      throw new Unavailable('not_permitted', 'not permitted to read /x', 'mend it');
    };
    const runner = new CollectorRunner(collector(fail));
    expect(runner.read(0, 100)).toEqual({
      metrics: { cpu: null, ram: null },
      missing: { cpu: 'not permitted to read /x', ram: 'not permitted to read /x' },
    });
    expect(runner.lastError?.mend).toBe('mend it');
    const rejecting = new CollectorRunner(collector(async () => fail()));
    expect((await rejecting.read(0, 100)).missing?.cpu).toContain('not permitted');
    expect(rejecting.stats.failures).toBe(1);
  });

  it('takes an unforeseen error for a failure as well', () => {
    const runner = new CollectorRunner(
      collector(() => {
        throw new TypeError('oops');
      }),
    );
    expect((runner.read(0, 100) as Reading).missing?.ram).toBe('oops');
    expect(runner.lastError?.kind).toBe('failed');
  });

  it('repeats a reading while it rests, and not after a failure', () => {
    let value = 0;
    const collect = () => {
      value += 1;
      if (value === 2) throw new Error('no');
      return { metrics: { cpu: value } };
    };
    const runner = new CollectorRunner(collector(collect, 10_000));
    const cpu = (nowMs: number) => (runner.read(nowMs, 100) as Reading).metrics?.cpu;
    expect([0, 5000, 9000].map(cpu)).toEqual([1, 1, 1]);
    expect([9990, 10_000, 15_000].map(cpu)).toEqual([null, 3, 3]);
  });

  it('leaves out a slow one with a reason, never starts it twice, and takes it up again', async () => {
    jest.useFakeTimers();
    try {
      let finish = (_: Reading) => undefined as unknown;
      let started = 0;
      const runner = new CollectorRunner(
        collector(() => {
          started += 1;
          return new Promise((resolve) => {
            finish = resolve;
          });
        }),
      );
      const first = runner.read(0, 800);
      await jest.advanceTimersByTimeAsync(800);
      expect((await first).missing?.cpu).toBe('not read within 800 ms');
      expect((runner.read(7000, 800) as Reading).missing?.cpu).toBe('still being read, since 7 s');
      expect(started).toBe(1);
      finish({ metrics: { cpu: 5 } });
      await jest.advanceTimersByTimeAsync(0);
      void runner.read(8000, 800);
      expect(started).toBe(2);
      expect(runner.stats.skipped).toBe(2);
      finish({});
      await jest.advanceTimersByTimeAsync(800);
    } finally {
      jest.useRealTimers();
    }
  });
});
