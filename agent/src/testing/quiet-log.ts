/** A log that keeps its lines for a test to look at. */
import type { Log } from '../shared/log.js';

/** Lines written, with their level in front. */
export interface KeptLog extends Log {
  lines: string[];
}

/** Makes an empty log. */
export function keptLog(): KeptLog {
  const lines: string[] = [];
  const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return {
    lines,
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  };
}
