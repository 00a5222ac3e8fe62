/** Describes silences: what they cover and when they hold. Pure functions. */
import { formatDuration, type Silence } from '../../../src/contracts/index.js';
import { formatDayTime } from '../shared/format/time.js';
import { quietText } from './quiet-text.js';
import { joined } from './words.js';

const MINUTE_MS = 60_000;

/** Names of what a silence covers, by id. */
export interface SilenceNames {
  machine: (id: string) => string;
  rule: (id: string) => string;
}

type Covered = Pick<Silence, 'machine_ids' | 'tags' | 'rule_ids'>;

/** True for a silence that covers every alert. */
export function coversAll({ machine_ids, tags, rule_ids }: Covered): boolean {
  return machine_ids.length === 0 && tags.length === 0 && rule_ids.length === 0;
}

/** What a silence covers: `CPU high on web-1`, `All alerts of machines tagged db`. */
export function coveredText(silence: Covered, names: SilenceNames): string {
  const { machine_ids, tags, rule_ids } = silence;
  if (coversAll(silence)) return 'All alerts';
  const rules = rule_ids.length === 0 ? 'All alerts' : joined(rule_ids.map(names.rule));
  const tagged = tags.length === 0 ? '' : `tagged ${joined(tags, 'or')}`;
  if (machine_ids.length === 0) {
    return tagged === '' ? `${rules} on every machine` : `${rules} on machines ${tagged}`;
  }
  const where = joined(machine_ids.map(names.machine));
  return tagged === '' ? `${rules} on ${where}` : `${rules} on ${where}, if ${tagged}`;
}

/** When a silence holds, as of `now` (epoch milliseconds): `until 14:00, 2h left`. */
export function whenText(silence: Silence, now: number): string {
  const { state, starts_at, ends_at, active_until, weekly } = silence;
  if (state === 'ended') return `${formatDayTime(starts_at)} – ${endText(ends_at)}`;
  const every = weekly === null ? '' : quietText(weekly);
  if (state === 'active' && active_until !== null) {
    const left = leftText(Date.parse(active_until) - now);
    const until = `until ${formatDayTime(active_until)}, ${left} left`;
    return every === '' ? until : `${every}; now ${until}`;
  }
  const begun = Date.parse(starts_at) <= now;
  if (every !== '') {
    const from = begun ? '' : `, from ${formatDayTime(starts_at)} on`;
    return `${every}${from}${ends_at === null ? '' : `, until ${formatDayTime(ends_at)}`}`;
  }
  return `${formatDayTime(starts_at)} – ${endText(ends_at)}`;
}

/** Seconds count in the last minute only. */
function leftText(ms: number): string {
  return formatDuration(ms < MINUTE_MS ? ms / 1000 : Math.floor(ms / MINUTE_MS) * 60);
}

function endText(time: string | null): string {
  return time === null ? 'no end' : formatDayTime(time);
}
