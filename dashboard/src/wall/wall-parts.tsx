/** The clock, the notice of a lost connection, and messages in place of the tiles. */
import { type ReactNode, useEffect, useState } from 'react';
import { useServerNow } from '../shared/clock.js';
import { formatClock, formatDayTime } from '../shared/format/time.js';
import { useCutOffAt } from '../shared/live/use-cut-off.js';
import classes from './wall.module.css';

/** How often the clock looks, in milliseconds. */
const LOOK_MS = 1_000;
/** Interruptions shorter than this are not shown, in milliseconds. */
const PATIENCE_MS = 3_000;
/** After this time the day is said, too, in milliseconds. */
const DAY_AFTER_MS = 12 * 3_600_000;

/** Hours and minutes, in the reader's own time zone. */
export function WallClock() {
  const now = useServerNow(LOOK_MS);
  return <time className={classes.clock}>{formatClock(now)}</time>;
}

/** Says since when the values are old, while they are. */
export function ConnectionNotice() {
  const cutOffAt = useCutOffAt();
  const isCutOff = cutOffAt !== null;
  const now = useServerNow(LOOK_MS);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!isCutOff) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isCutOff]);
  return (
    <div role="status" className={classes.connection}>
      {cutOffAt !== null && shown && (
        <span className={classes.lost}>
          Not connected since{' '}
          {now - cutOffAt < DAY_AFTER_MS ? formatClock(cutOffAt) : formatDayTime(cutOffAt)}. Values
          are old.
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
