/** Times as they come in and go out: ISO 8601 or epoch milliseconds in, ISO 8601 UTC out. */

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/i;

/** The years 1970 to 9999: what every database and every reader of ISO 8601 agrees on. */
const LAST_TIME = Date.UTC(10_000, 0, 1) - 1;

/**
 * Epoch milliseconds of an ISO 8601 string with a zone (or a bare UTC date) or of epoch
 * milliseconds; `null` if it is neither, or outside of the years 1970 to 9999.
 */
export function parseTime(input: string | number): number | null {
  if (typeof input === 'number') {
    return input >= 0 && input <= LAST_TIME ? Math.trunc(input) : null;
  }
  if (/^\d{1,16}$/.test(input)) {
    return parseTime(Number(input));
  }
  if (!ISO_8601.test(input)) {
    return null;
  }
  return parseTime(Date.parse(input));
}

/** ISO 8601 UTC of epoch milliseconds. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** ISO 8601 UTC of epoch milliseconds, `null` for `null`. */
export function isoTimeOrNull(time: number | null): string | null {
  return time === null ? null : isoTime(time);
}
