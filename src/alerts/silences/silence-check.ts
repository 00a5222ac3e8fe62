/** Makes what is kept of what people wrote, or says what is wrong with it. Pure. */
import { InvalidInputError } from '../../common/errors.js';
import { parseTime } from '../../common/times.js';
import { checkQuietHours } from '../rules/rule-check.js';
import type { SilenceBodyDto } from './silence.dto.js';
import type { SilenceEntity } from './silence.entity.js';

/** What people decide of a silence. */
export type SilenceDefinition = Pick<
  SilenceEntity,
  'comment' | 'machine_ids' | 'tags' | 'rule_ids' | 'starts_at' | 'ends_at' | 'weekly'
>;

/**
 * The definition with every default; throws InvalidInputError `alerts.invalid_silence` naming each
 * faulty field. `now` in epoch milliseconds.
 */
export function silenceOf(body: SilenceBodyDto, now: number): SilenceDefinition {
  const faults: string[] = [];
  const silence: SilenceDefinition = {
    comment: body.comment?.trim() ?? '',
    machine_ids: idsOf(body.machine_ids),
    tags: [...new Set(body.tags ?? [])],
    rule_ids: idsOf(body.rule_ids),
    starts_at: (body.starts_at === undefined ? null : parseTime(body.starts_at)) ?? now,
    ends_at: body.ends_at == null ? null : parseTime(body.ends_at),
    weekly: checkQuietHours(body.weekly ?? null, 'weekly', faults),
  };
  if (silence.weekly?.windows?.length === 0) {
    faults.push('weekly.windows must have an entry');
  }
  if (silence.ends_at === null && silence.weekly === null) {
    faults.push('ends_at must be given for a silence that is not weekly');
  }
  if (silence.ends_at !== null && silence.ends_at <= silence.starts_at) {
    faults.push('ends_at must be later than starts_at');
  }
  if (silence.ends_at !== null && silence.ends_at <= now) {
    faults.push('ends_at must be in the future; DELETE ends a silence now');
  }
  if (faults.length > 0) {
    throw new InvalidInputError('alerts.invalid_silence', faults);
  }
  return silence;
}

function idsOf(ids: readonly string[] | undefined): string[] {
  return [...new Set((ids ?? []).map((id) => id.toLowerCase()))];
}
