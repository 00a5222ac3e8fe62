/** The day of a time; the tooltip shows the exact time. */
import { formatDate, formatDateTime } from '../format/time.js';

/** `at` is ISO 8601. */
export function Day({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatDate(at)}
    </time>
  );
}
