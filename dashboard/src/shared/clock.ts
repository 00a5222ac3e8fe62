/** The server's time as the page knows it, with a hook for components that show an age. */
import { useEffect, useState } from 'react';

let offsetMs = 0;

/** Smaller differences are ignored: the Date header has a resolution of one second. */
const TOLERANCE_MS = 3_000;

/** Learns the server's time from the Date header of a response. */
export function noteServerDate(date: string | null): void {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs - Date.now();
  offsetMs = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
}

/** The current time by the server's clock, in epoch milliseconds. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

const tickers = new Map<number, Set<(now: number) => void>>();

/**
 * The current time by the server's clock, updated every `everyMs`. Components with the same period
 * share one timer.
 */
export function useServerNow(everyMs: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const listeners = tickers.get(everyMs) ?? new Set();
    const first = listeners.size === 0;
    tickers.set(everyMs, listeners.add(setNow));
    const timer = first ? startTicker(everyMs, listeners) : undefined;
    if (timer !== undefined) timers.set(everyMs, timer);
    return () => {
      listeners.delete(setNow);
      if (listeners.size > 0) return;
      tickers.delete(everyMs);
      clearInterval(timers.get(everyMs));
    };
  }, [everyMs]);
  return now;
}

const timers = new Map<number, ReturnType<typeof setInterval>>();

function startTicker(everyMs: number, listeners: Set<(now: number) => void>) {
  return setInterval(() => {
    const now = serverNow();
    for (const listener of listeners) listener(now);
  }, everyMs);
}
