/** Clocks and timers, injected so that tests control them. */

/** Wall time stamps samples; monotonic time measures rates and waits. Both in milliseconds. */
export interface Clock {
  wallMs(): number;
  monotonicMs(): number;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Starts a timer; returns a function that cancels it. */
export type Schedule = (run: () => void, delayMs: number) => () => void;

/** Timers of the event loop; they keep the process alive. */
export const systemSchedule: Schedule = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
