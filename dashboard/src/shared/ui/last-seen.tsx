/** How long ago the server last heard from a machine. */
import { useServerNow } from '../clock.js';
import { formatAgo, formatDateTime } from '../format/time.js';

const RENEW_MS = 5_000;

/** Updates itself; the tooltip shows the exact time. */
export function LastSeen({ at }: { at: string | null }) {
  const now = useServerNow(RENEW_MS);
  return (
    <time dateTime={at ?? undefined} title={at === null ? undefined : formatDateTime(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
