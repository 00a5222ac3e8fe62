/** Which silence holds back the notifications of an alert, and until when. Pure. */
import type { AlertHold } from '../records/alert-view.js';
import { quietUntil } from '../rules/quiet-hours.js';
import type { SilenceEntity } from './silence.entity.js';

/** What a silence is matched with. */
export interface SilenceableAlert {
  rule_id: string | null;
  machine_id: string;
}

/** Answers what holds an alert back; `null` if nothing does. */
export type HoldOf = (alert: SilenceableAlert) => AlertHold | null;

/** Nothing is silenced. */
export const NOTHING_HELD: HoldOf = () => null;

/** What a silence says of time. */
export type SilenceTimes = Pick<SilenceEntity, 'starts_at' | 'ends_at' | 'weekly'>;

/** The end of the time in which the silence holds at `now`; `null` if it does not. Epoch milliseconds. */
export function holdsUntil({ starts_at, ends_at, weekly }: SilenceTimes, now: number) {
  if (now < starts_at || (ends_at !== null && now >= ends_at)) {
    return null;
  }
  const until = weekly === null ? ends_at : quietUntil(weekly, now);
  return until === null || ends_at === null ? until : Math.min(until, ends_at);
}

/**
 * Answers for each alert which of `silences` holds it at `now`: of several the one that ends last.
 * `tagsOf` are the tags of a machine by its public id; a machine that is gone has none.
 */
export function holdsAt(
  silences: readonly SilenceEntity[],
  tagsOf: (machine_id: string) => readonly string[],
  now: number,
): HoldOf {
  const active = silences.flatMap((silence) => {
    const until = holdsUntil(silence, now);
    return until === null ? [] : [{ silence, until }];
  });
  active.sort((one, other) => other.until - one.until);
  return (alert) => {
    const found = active.find(({ silence }) => isCovered(silence, alert, tagsOf));
    return found ? { silence_id: found.silence.id, until: found.until } : null;
  };
}

function isCovered(
  { machine_ids, tags, rule_ids }: SilenceEntity,
  { machine_id, rule_id }: SilenceableAlert,
  tagsOf: (machine_id: string) => readonly string[],
): boolean {
  return (
    (machine_ids.length === 0 || machine_ids.includes(machine_id)) &&
    (rule_ids.length === 0 || (rule_id !== null && rule_ids.includes(rule_id))) &&
    (tags.length === 0 || tagsOf(machine_id).some((tag) => tags.includes(tag)))
  );
}
