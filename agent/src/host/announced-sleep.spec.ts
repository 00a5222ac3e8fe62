import { AnnouncedSleep } from './announced-sleep.js';

describe('a machine that has announced its sleep', () => {
  let wallMs: number;
  let monotonicMs: number;
  let sleep: AnnouncedSleep;
  beforeEach(() => {
    wallMs = 1_000_000;
    monotonicMs = 500;
    sleep = new AnnouncedSleep({ wallMs: () => wallMs, monotonicMs: () => monotonicMs });
  });
  const pass = (awakeMs: number, asleepMs: number) => {
    monotonicMs += awakeMs;
    wallMs += awakeMs + asleepMs;
    return sleep.isOver();
  };

  it('is awake again once time went by without it', () => {
    expect(pass(2_000, 0)).toBe(false);
    expect(pass(100, 8 * 3_600_000)).toBe(true);
  });

  it('is taken to be awake if it has not gone to sleep within a minute', () => {
    expect(pass(59_000, 500)).toBe(false);
    expect(pass(1_000, 0)).toBe(true);
  });
});
