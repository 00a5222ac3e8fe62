import { Logger } from '@nestjs/common';
import { PeriodicTask } from './periodic-task.js';

describe('a periodic task', () => {
  let warn: jest.SpyInstance;

  beforeEach(() => {
    jest.useFakeTimers();
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });

  afterEach(() => {
    jest.useRealTimers();
    warn.mockRestore();
  });

  it('runs once every interval until it is stopped', async () => {
    let runs = 0;
    const task = new PeriodicTask({ name: 'Test', everyMs: 100, run: async () => runs++ }).start();
    await jest.advanceTimersByTimeAsync(350);
    expect(runs).toBe(3);
    await task.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(3);
  });

  it('never runs twice at once, and stop waits for the run that goes on', async () => {
    let runs = 0;
    let finish: () => void = () => undefined;
    const run = () => {
      runs++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    };
    const task = new PeriodicTask({ name: 'Test', everyMs: 100, run }).start();
    await jest.advanceTimersByTimeAsync(450);
    expect(runs).toBe(1);
    let stopped = false;
    const stopping = task.stop().then(() => {
      stopped = true;
    });
    await jest.advanceTimersByTimeAsync(100);
    expect(stopped).toBe(false);
    finish();
    await stopping;
  });

  it('logs a failure once until it succeeds again', async () => {
    const outcomes = [false, false, true, false, true];
    const run = async () => {
      if (!outcomes.shift()) {
        throw new Error('away');
      }
    };
    const task = new PeriodicTask({ name: 'Test', everyMs: 100, run }).start();
    await jest.advanceTimersByTimeAsync(520);
    expect(warn.mock.calls).toEqual([['away; will be tried again'], ['away; will be tried again']]);
    await task.stop();
  });

  it('shortens waits by the jitter at most', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(1);
    let runs = 0;
    const run = async () => runs++;
    const task = new PeriodicTask({ name: 'Test', everyMs: 100, jitter: 0.1, run }).start();
    await jest.advanceTimersByTimeAsync(89);
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(2);
    expect(runs).toBe(1);
    await task.stop();
    random.mockRestore();
  });
});
