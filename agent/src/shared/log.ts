/** Lines for people: when, how grave, what. */

/** How grave a line is, least first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes lines of its level and above. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The same words again within this time are counted, not written. */
const REPEAT_MS = 10 * 60_000;
/** Different lines remembered for that. */
const REMEMBERED = 64;

/** A log that writes readable lines to `write`; `stamps` false leaves the time to the journal. */
export function createLog(
  level: LogLevel,
  write: (line: string) => void,
  now: () => number,
  stamps: boolean,
): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const seen = new Map<string, { atMs: number; again: number }>();
  const line = (of: LogLevel) => (message: string) => {
    if (LOG_LEVELS.indexOf(of) < threshold) return;
    const nowMs = now();
    const known = seen.get(message);
    if (known && of !== 'info' && nowMs >= known.atMs && nowMs - known.atMs < REPEAT_MS) {
      known.again += 1;
      return;
    }
    const again = known?.again ? ` (${known.again} more times since)` : '';
    seen.delete(message);
    seen.set(message, { atMs: nowMs, again: 0 });
    if (seen.size > REMEMBERED) seen.delete(seen.keys().next().value ?? '');
    const stamp = stamps ? `${new Date(nowMs).toISOString()} ` : '';
    write(`${stamp}${of.toUpperCase().padEnd(5)} ${message}${again}\n`);
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
