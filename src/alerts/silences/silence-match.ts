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
    return until === null ? [] : [{ id: silence.id, until, ...namesOf(silence) }];
  });
  active.sort((one, other) => other.until - one.until);
  return (alert) => {
    const found = active.find((silence) => isCovered(silence, alert, tagsOf));
    return found ? { silence_id: found.id, until: found.until } : null;
  };
}

/** What a silence is about; an empty set is anything. */
interface Names {
  machines: ReadonlySet<string>;
  tags: ReadonlySet<string>;
  rules: ReadonlySet<string>;
}

function namesOf({ machine_ids, tags, rule_ids }: SilenceEntity): Names {
  return { machines: new Set(machine_ids), tags: new Set(tags), rules: new Set(rule_ids) };
}

function isCovered(
  { machines, tags, rules }: Names,
  { machine_id, rule_id }: SilenceableAlert,
  tagsOf: (machine_id: string) => readonly string[],
): boolean {
  return (
    (machines.size === 0 || machines.has(machine_id)) &&
    (rules.size === 0 || (rule_id !== null && rules.has(rule_id))) &&
    (tags.size === 0 || tagsOf(machine_id).some((tag) => tags.has(tag)))
  );
}
