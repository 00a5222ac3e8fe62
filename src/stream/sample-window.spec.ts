import type { Sample } from '../domain-events/event-map.js';
import { SampleWindow } from './sample-window.js';

const sample = (machine_id: string, timestamp: number): Sample => ({
  machineKey: 1,
  machine_id,
  timestamp,
  values: {},
});
const times = (window: SampleWindow, machine_id: string) =>
  window
    .take()
    .get(machine_id)
    ?.map(({ timestamp }) => timestamp);

describe('the window of samples to stream', () => {
  it('hands out what gathered, once', () => {
    const window = new SampleWindow();
    window.add(sample('a', 1));
    window.add(sample('b', 1));
    window.add(sample('a', 2));
    expect(window.empty).toBe(false);
    expect([...window.take().keys()]).toEqual(['a', 'b']);
    expect(window.empty).toBe(true);
    expect(window.take().size).toBe(0);
  });

  it('goes forward in time only', () => {
    const window = new SampleWindow();
    window.add(sample('a', 10));
    window.add(sample('a', 5));
    window.add(sample('a', 10));
    expect(times(window, 'a')).toEqual([10]);
    window.add(sample('a', 9));
    expect(window.empty).toBe(true);
    expect(window.tryAdvance('a', 11)).toBe(true);
    expect(window.tryAdvance('a', 11)).toBe(false);
  });

  it('keeps the newest fifty of one machine', () => {
    const window = new SampleWindow();
    for (let time = 1; time <= 60; time++) {
      window.add(sample('a', time));
    }
    expect(times(window, 'a')).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
    expect(window.dropped).toBe(10);
  });

  it('is bounded over all machines, and still keeps the newest of those it has', () => {
    const window = new SampleWindow();
    for (let machine = 0; machine < 20_000; machine++) {
      window.add(sample(`m${machine}`, 1));
    }
    window.add(sample('one too many', 1));
    window.add(sample('m0', 2));
    expect(window.dropped).toBe(2);
    const taken = window.take();
    expect(taken.size).toBe(20_000);
    expect(taken.get('m0')?.map(({ timestamp }) => timestamp)).toEqual([2]);
  });

  it('forgets a machine', () => {
    const window = new SampleWindow();
    window.add(sample('a', 10));
    window.forget('a');
    expect(window.empty).toBe(true);
    window.add(sample('a', 1));
    expect(times(window, 'a')).toEqual([1]);
  });
});
