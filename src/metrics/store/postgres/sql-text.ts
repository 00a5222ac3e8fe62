/** Numbers and times as SQL, for statements that take no parameters. */

/** An integer array. */
export function intArray(values: readonly number[]): string {
  return `'{${values}}'::int[]`;
}

/** An array of times (epoch milliseconds). */
export function timeArray(times: readonly number[]): string {
  return `'{${times.map(isoTime)}}'::timestamptz[]`;
}

/** The condition that a time is in a range: `from` inclusive, `to` exclusive, epoch milliseconds. */
export function within(column: string, from: number, to: number): string {
  return `${column} >= '${isoTime(from)}' AND ${column} < '${isoTime(to)}'`;
}

/** A time in ISO 8601, limited to years of four digits, which PostgreSQL reads. */
export function isoTime(time: number): string {
  return new Date(Math.max(-62e12, Math.min(time, 250e12))).toISOString();
}
