import { FakeTime } from '../testing/fake-time.js';
import { keptLog } from '../testing/quiet-log.js';
import type { Collector } from './collectors/collector.js';
import { CollectorRunner } from './collectors/runner.js';
import type { LocalSample } from './sample.js';
import { type EvidenceSource, Sampler } from './sampler.js';
import { Ticker } from './ticks.js';

function setUp(collect: Collector['collect'], evidence?: EvidenceSource, intervalMs = 1000) {
  const time = new FakeTime(Date.UTC(2026, 0, 1) + 250);
  const samples: LocalSample[] = [];
  const log = keptLog();
  const sampler = new Sampler({
    clock: time.clock,
    ticker: new Ticker({ clock: time.clock, schedule: time.schedule, intervalMs }),
    runners: [new CollectorRunner({ name: 'x', provides: ['cpu'], collect })],
    intervalMs,
    log,
    ...(evidence ? { evidence } : {}),
    onSample: (sample) => samples.push(sample),
  });
  return { time, samples, sampler, log };
}

describe('the sampler', () => {
  it('takes aligned samples, the first half a second after the counters at the earliest', async () => {
    const reads: number[] = [];
    const { time, samples, sampler } = setUp((now) => {
      reads.push(now);
      return { metrics: { cpu: 1 } };
    });
    sampler.start();
    await time.pass(10_000);
    expect(reads.slice(0, 3)).toEqual([0, 750, 1750]);
    expect(samples[0]?.timestamp).toBe(Date.UTC(2026, 0, 1) + 1000);
    expect(samples).toHaveLength(10);
    sampler.stop();
    await time.pass(5000);
    expect(samples).toHaveLength(10);
  });

  it('takes none while it pauses, and goes on at the grid', async () => {
    const { time, samples, sampler } = setUp(() => ({ metrics: { cpu: 1 } }));
    sampler.start();
    await time.pass(3_000);
    sampler.pause();
    const before = samples.length;
    await time.pass(60_000);
    expect(samples).toHaveLength(before);
    sampler.resume();
    await time.pass(2_000);
    expect(samples.length).toBeGreaterThan(before);
    expect(samples.every(({ timestamp }) => timestamp % 1000 === 0)).toBe(true);
    sampler.stop();
  });

  it('shows a first sign soon, also with long intervals', async () => {
    const { time, samples, sampler } = setUp(() => ({ metrics: { cpu: 1 } }), undefined, 600_000);
    sampler.start();
    await time.pass(1_000);
    expect(samples).toHaveLength(1);
    await time.pass(1_200_000);
    expect(samples.map(({ timestamp }) => timestamp - Date.UTC(2026, 0, 1))).toEqual([
      1_250, 600_000, 1_200_000,
    ]);
    sampler.stop();
  });

  it('counts a tick that finds the one before unfinished, and never piles up', async () => {
    let finish = () => undefined as unknown;
    let open = 0;
    const { time, samples, sampler } = setUp(() => {
      open += 1;
      return new Promise((resolve) => {
        finish = () => resolve({ metrics: { cpu: 2 } });
      });
    });
    sampler.start();
    await time.pass(3750);
    expect(open).toBe(1);
    finish();
    await time.pass(1000);
    sampler.stop();
    expect(sampler.overruns + sampler.ticks).toBeGreaterThanOrEqual(4);
    expect(samples.every(({ cpu }) => cpu === null || cpu === 2)).toBe(true);
  });

  it('goes on through jumps of the clock, both ways', async () => {
    const { time, samples, sampler } = setUp(() => ({ metrics: { cpu: 1 } }));
    sampler.start();
    await time.pass(5000);
    time.setWall(-3_600_000);
    await time.pass(5000);
    time.setWall(7_200_000);
    await time.pass(5000);
    sampler.stop();
    expect(samples.length).toBeGreaterThanOrEqual(13);
    expect(new Set(samples.map(({ timestamp }) => timestamp)).size).toBe(samples.length);
  });

  it('attaches evidence only while it is wanted', async () => {
    let wanted = false;
    const process = { pid: 1, name: 'init', user: null, cpu: 1, rss_bytes: 2 };
    const { time, samples, sampler } = setUp(() => ({}), {
      isWanted: () => wanted,
      read: () => [process],
    });
    sampler.start();
    await time.pass(1000);
    wanted = true;
    await time.pass(1000);
    wanted = false;
    await time.pass(1000);
    sampler.stop();
    expect(samples.map(({ evidence }) => evidence)).toEqual([undefined, [process], undefined]);
  });

  it('takes the sample even if evidence cannot be read', async () => {
    const { time, samples, sampler, log } = setUp(() => ({}), {
      isWanted: () => true,
      read: () => Promise.reject(new Error('no ps')),
    });
    sampler.start();
    await time.pass(1000);
    sampler.stop();
    expect(samples).toHaveLength(1);
    expect(log.lines.join()).toContain('no ps');
  });
});
