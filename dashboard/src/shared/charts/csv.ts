/** Columns of a chart as text for spreadsheets. Pure function. */
import type { Timeline } from './timeline.js';

/**
 * A line for each time (ISO 8601 UTC) with the columns of `names` that there are, comma-separated
 * (RFC 4180); unknown values are empty, and rows without any value are left out.
 */
export function csvOf({ timestamp, columns }: Timeline, names: readonly string[]): string {
  const present = names.filter((name) => columns[name] !== undefined);
  const lines = timestamp.flatMap((time, index) => {
    const values = present.map((name) => columns[name]?.[index] ?? null);
    if (values.every((value) => value === null)) return [];
    return [[new Date(time).toISOString(), ...values.map((value) => value ?? '')].join(',')];
  });
  return [['timestamp', ...present].join(','), ...lines, ''].join('\r\n');
}
