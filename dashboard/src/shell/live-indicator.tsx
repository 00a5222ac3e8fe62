/** A dot that shows whether values are updated live. */
import type { LiveState } from '../shared/live/live-connection.js';
import { useLiveState } from '../shared/services.js';
import classes from './shell.module.css';

const TEXT: Record<LiveState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  down: 'Not live',
};

/** Part of the header. */
export function LiveIndicator() {
  const state = useLiveState();
  return (
    <span className={classes.live} data-state={state} title={TEXT[state]}>
      <span className={classes.dot} aria-hidden="true" />
      <span className={classes.liveText}>{TEXT[state]}</span>
    </span>
  );
}
