/** The log: lines of time, level and message. */

/** From least to most severe. */
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

/** A message repeated within this time is counted instead of written. */
const REPEAT_MS = 10 * 60_000;
/** Number of different messages remembered for that. */
const REMEMBERED = 64;

/** A log that passes lines to `write`; without `stamps` the journal adds the time. */
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
