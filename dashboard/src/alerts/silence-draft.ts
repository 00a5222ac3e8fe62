/** A silence as form values, and the conversion from and to the API's shape. Pure functions. */
import type { QuietHours, Silence, Weekday } from '../../../src/contracts/index.js';

/** Form values; times are those of an `input type="datetime-local"`, empty if not set. */
export interface SilenceDraft {
  comment: string;
  machineIds: string[];
  tags: string[];
  ruleIds: string[];
  repeats: 'once' | 'weekly';
  /** Empty: now. */
  startsAt: string;
  /** Empty: without an end, for a weekly one. */
  endsAt: string;
  days: Weekday[];
  /** `HH:MM` in `zone`. */
  from: string;
  to: string;
  zone: string;
}

/** What the API takes. */
export type SilenceBody = Pick<Silence, 'comment' | 'machine_ids' | 'tags' | 'rule_ids'> & {
  starts_at?: string;
  ends_at: string | null;
  weekly: QuietHours | null;
};

const HOUR_MS = 3_600_000;

/** Local time as an `input type="datetime-local"` takes it, to the minute. */
export function toLocalInput(time: number): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Epoch milliseconds of such a value; `NaN` if it is empty. */
export function fromLocalInput(text: string): number {
  return new Date(text).getTime();
}

/** The initial values of a new silence: two hours from `now` on (epoch milliseconds). */
export function newSilence(
  now: number,
  covered: Partial<Pick<SilenceDraft, 'machineIds' | 'tags' | 'ruleIds'>> = {},
): SilenceDraft {
  return {
    comment: '',
    machineIds: [],
    tags: [],
    ruleIds: [],
    repeats: 'once',
    startsAt: '',
    endsAt: toLocalInput(now + 2 * HOUR_MS),
    days: ['sun'],
    from: '02:00',
    to: '04:00',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...covered,
  };
}

/** The draft of an existing silence; of one that is over only what it covers, from `now` on. */
export function silenceDraft(silence: Silence, now: number): SilenceDraft {
  const { comment, machine_ids, tags, rule_ids, weekly, starts_at, ends_at } = silence;
  const fresh = newSilence(now, { machineIds: machine_ids, tags, ruleIds: rule_ids });
  const [window] = weekly?.windows ?? [];
  const over = silence.state === 'ended';
  const input = (time: string | null) => (time === null ? '' : toLocalInput(Date.parse(time)));
  return {
    ...fresh,
    comment,
    repeats: weekly === null ? 'once' : 'weekly',
    startsAt: over ? '' : input(starts_at),
    endsAt: over ? (weekly === null ? fresh.endsAt : '') : input(ends_at),
    days: window?.days ?? fresh.days,
    from: window?.from ?? fresh.from,
    // A time field has no 24:00; 00:00 of the next day is the same.
    to: window?.to.replace('24:00', '00:00') ?? fresh.to,
    zone: weekly?.time_zone ?? fresh.zone,
  };
}

/**
 * The silence of a draft as of `now`, epoch milliseconds; windows that the form does not show are
 * kept from `before`.
 */
export function silenceBody(draft: SilenceDraft, before: Silence | null, now: number): SilenceBody {
  const { comment, machineIds, tags, ruleIds, repeats, startsAt, endsAt } = draft;
  const shown = { days: draft.days, from: draft.from, to: draft.to };
  const windows = [shown, ...(before?.weekly?.windows.slice(1) ?? [])];
  return {
    comment: comment.trim(),
    machine_ids: machineIds,
    tags,
    rule_ids: ruleIds,
    ...startOf(startsAt, before, now),
    ends_at: endsAt === '' ? null : isoOf(endsAt, before?.ends_at ?? null),
    weekly: repeats === 'once' ? null : { time_zone: draft.zone, windows },
  };
}

/** Without a start a new silence begins when it arrives; a change would keep the start that it had. */
function startOf(startsAt: string, before: Silence | null, now: number): { starts_at?: string } {
  if (startsAt !== '') return { starts_at: isoOf(startsAt, before?.starts_at ?? null) };
  return before === null ? {} : { starts_at: new Date(now).toISOString() };
}

/** A field that was left as it was keeps its seconds. */
function isoOf(input: string, before: string | null): string {
  if (before !== null && toLocalInput(Date.parse(before)) === input) return before;
  return new Date(fromLocalInput(input)).toISOString();
}

/** The invalid fields of a draft with their messages, as of `now`; empty if all are valid. */
export function silenceErrors(
  draft: SilenceDraft,
  now: number,
): Partial<Record<keyof SilenceDraft, string>> {
  const errors: Partial<Record<keyof SilenceDraft, string>> = {};
  const { repeats, startsAt, endsAt, days, from, to } = draft;
  if (repeats === 'once' && endsAt === '') errors.endsAt = 'Enter an end';
  if (endsAt !== '') {
    const end = fromLocalInput(endsAt);
    if (end <= now) errors.endsAt = 'Must be in the future';
    else if (startsAt !== '' && end <= fromLocalInput(startsAt)) {
      errors.endsAt = 'Must be later than the start';
    }
  }
  if (repeats === 'weekly') {
    if (days.length === 0) errors.days = 'Choose at least one day';
    if (from === '') errors.from = 'Enter a time';
    if (to === '') errors.to = 'Enter a time';
    else if (to === from) errors.to = 'Must not be the start';
  }
  return errors;
}
