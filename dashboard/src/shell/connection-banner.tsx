/** Says that the values on the page stand still because the server is away. */
import { useEffect, useState } from 'react';
import { useLiveState } from '../shared/services.js';
import classes from './shell.module.css';

/** A reconnection that is quicker than this is not worth a word. */
const PATIENCE_MS = 3_000;

/** Stands under the header while the connection is lost. */
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
