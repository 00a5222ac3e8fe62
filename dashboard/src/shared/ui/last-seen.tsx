/** How long ago a machine was last heard. */
import { useServerNow } from '../clock.js';
import { formatAgo, formatDateTime } from '../format/time.js';

const RENEW_MS = 5_000;

/** Counts on by itself; the exact time stands in its title. */
export function LastSeen({ at }: { at: string | null }) {
  const now = useServerNow(RENEW_MS);
  return (
    <time dateTime={at ?? undefined} title={at === null ? undefined : formatDateTime(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
