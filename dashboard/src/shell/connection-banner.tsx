/** Says that the values on the page are outdated because the connection is lost. */
import { useEffect, useState } from 'react';
import { useLiveState } from '../shared/services.js';
import classes from './shell.module.css';

/** Shorter interruptions are not shown, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Shown below the header while the connection is lost. */
export function ConnectionBanner() {
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
      {shown && (
        <div className={classes.banner}>
          Connection to the server lost. The values shown are the last ones known; trying to
          reconnect.
        </div>
      )}
    </div>
  );
}
