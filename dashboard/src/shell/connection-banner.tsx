/** Says that the values on the page are outdated because the connection is lost. */
import { useEffect, useState } from 'react';
import { formatDateTime } from '../shared/format/time.js';
import { useLiveState, useSession } from '../shared/services.js';
import classes from './shell.module.css';

/** Shorter interruptions are not shown, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Shown below the header while the connection is lost. */
export function ConnectionBanner() {
  const session = useSession();
  const knownAt = session.phase === 'ready' ? session.knownAt : null;
  const down = useLiveState() === 'down';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!down) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [down]);
  return (
    <div role="status">
      {knownAt !== null && (
        <div className={classes.banner}>
          The server cannot be reached. This is what was known at {formatDateTime(knownAt)}; trying
          to connect.
        </div>
      )}
      {knownAt === null && shown && (
        <div className={classes.banner}>
          Connection to the server lost. The values shown are the last ones known; trying to
          reconnect.
        </div>
      )}
    </div>
  );
}
