/** A thin line over the range: when the machine was online, silent or off. */
import { formatTimeRange } from '../shared/format/time.js';
import { type Presence, type PresenceSpan, presenceText } from './presence-spans.js';
import classes from './presence-strip.module.css';

const TEXT: Record<Presence, string> = {
  online: 'Online',
  silent: 'Nothing received',
  off: 'Off',
  unknown: 'Nothing known',
};

/** The sum in words stands beside the line. */
export function PresenceStrip(props: { spans: readonly PresenceSpan[]; restarts: number }) {
  const { spans, restarts } = props;
  const first = spans[0];
  const last = spans[spans.length - 1];
  if (first === undefined || last === undefined) return null;
  const duration = last.to - first.from;
  return (
    <div className={classes.strip}>
      <div className={classes.line} aria-hidden="true">
        {spans.map(({ presence, from, to }) => (
          <span
            key={from}
            className={classes.span}
            data-presence={presence}
            style={{ width: `${((to - from) / duration) * 100}%` }}
            title={`${TEXT[presence]}: ${formatTimeRange(from, to)}`}
          />
        ))}
      </div>
      <span className={classes.text}>{presenceText(spans, restarts)}</span>
    </div>
  );
}
