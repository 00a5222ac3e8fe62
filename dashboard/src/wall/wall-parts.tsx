/** The clock, the notice of a lost connection, and messages in place of the tiles. */
import { type ReactNode, useEffect, useState } from 'react';
import { serverNow, useServerNow } from '../shared/clock.js';
import { formatClock } from '../shared/format/time.js';
import { useLiveState } from '../shared/services.js';
import classes from './wall.module.css';

/** How often the clock looks, in milliseconds. */
const LOOK_MS = 1_000;
/** Interruptions shorter than this are not shown, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Hours and minutes, in the reader's own time zone. */
export function WallClock() {
  const now = useServerNow(LOOK_MS);
  return <time className={classes.clock}>{formatClock(now)}</time>;
}

/** Says since when the values are old, while they are. */
export function ConnectionNotice() {
  const isLive = useLiveState() === 'live';
  const [lostAt, setLostAt] = useState<number | null>(null);
  useEffect(() => {
    if (isLive) {
      setLostAt(null);
      return undefined;
    }
    const at = serverNow();
    const timer = setTimeout(() => setLostAt(at), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isLive]);
  return (
    <div role="status" className={classes.connection}>
      {lostAt !== null && (
        <span className={classes.lost}>
          Not connected since {formatClock(lostAt)}. Values are old.
        </span>
      )}
    </div>
  );
}

/** A message on the whole screen. */
export function WallMessage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.wall}>
      <div className={classes.message} role="status">
        <h1>{title}</h1>
        <p>{children}</p>
      </div>
    </main>
  );
}
