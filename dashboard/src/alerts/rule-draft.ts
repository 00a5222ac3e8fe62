/** A rule as form values, and the conversion from and to the API's shape. Pure functions. */
import {
  type AlertMetric,
  type AlertOperator,
  type AlertRuleDefinition,
  type AlertScope,
  type AlertSeverity,
  DEVICE_KINDS,
  type DeviceKind,
  type MissingDataPolicy,
  type QuietHours,
  type Weekday,
} from '../../../src/contracts/index.js';

/** Form values; an empty string means "not set" in number fields. */
export interface RuleDraft {
  name: string;
  /** See `MetricChoice`. */
  watched: string;
  deviceName: string;
  operator: AlertOperator;
  threshold: number | '';
  forMinutes: number | '';
  clearThreshold: number | '';
  clearForMinutes: number | '';
  missingData: MissingDataPolicy;
  /** Empty for never. */
  stoppedAfterMinutes: number | '';
  asleepAfterMinutes: number | '';
  severity: AlertSeverity;
  scope: 'all' | 'tags' | 'machines';
  tags: string[];
  machineIds: string[];
  channelIds: string[];
  repeatMinutes: number | '';
  /** Whether the rule has quiet hours; the fields below are theirs. */
  quiet: boolean;
  quietDays: Weekday[];
  /** `HH:MM` in `quietZone`. */
  quietFrom: string;
  quietTo: string;
  quietZone: string;
}

const MINUTE = 60;

/** The initial values of a new rule. */
export const NEW_RULE: RuleDraft = {
  name: '',
  watched: 'cpu',
  deviceName: '',
  operator: 'gt',
  threshold: 90,
  forMinutes: 5,
  clearThreshold: '',
  clearForMinutes: 1,
  missingData: 'keep',
  stoppedAfterMinutes: 60,
  asleepAfterMinutes: '',
  severity: 'warning',
  scope: 'all',
  tags: [],
  machineIds: [],
  channelIds: [],
  repeatMinutes: '',
  quiet: false,
  quietDays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  quietFrom: '22:00',
  quietTo: '07:00',
  quietZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** The kind of device in a choice like `filesystem/usage`; `null` for a machine's own metrics. */
export function kindOf(watched: string): DeviceKind | null {
  const [kind] = watched.split('/', 1);
  return watched.includes('/') ? (DEVICE_KINDS.find((name) => name === kind) ?? null) : null;
}

/** The draft for an existing rule. */
export function draftOf(rule: AlertRuleDefinition): RuleDraft {
  const { scope, device } = rule;
  return {
    name: rule.name,
    watched: device === null ? rule.metric : `${device.kind}/${rule.metric}`,
    deviceName: device?.name ?? '',
    operator: rule.operator,
    threshold: rule.threshold,
    forMinutes: rule.for_seconds / MINUTE,
    clearThreshold: rule.clear_threshold ?? '',
    clearForMinutes: rule.clear_for_seconds / MINUTE,
    missingData: rule.missing_data,
    stoppedAfterMinutes: minutes(rule.stopped_after_seconds),
    asleepAfterMinutes: minutes(rule.asleep_after_seconds),
    severity: rule.severity,
    scope: 'tags' in scope ? 'tags' : 'machine_ids' in scope ? 'machines' : 'all',
    tags: 'tags' in scope ? scope.tags : [],
    machineIds: 'machine_ids' in scope ? scope.machine_ids : [],
    channelIds: rule.channel_ids,
    repeatMinutes: rule.repeat_seconds === null ? '' : rule.repeat_seconds / MINUTE,
    ...quietDraft(rule.quiet_hours),
  };
}

type QuietDraft = Pick<RuleDraft, 'quiet' | 'quietDays' | 'quietFrom' | 'quietTo' | 'quietZone'>;

function quietDraft(quiet: QuietHours | null): QuietDraft {
  const [window] = quiet?.windows ?? [];
  const { quietDays, quietFrom, quietTo, quietZone } = NEW_RULE;
  return {
    quiet: quiet !== null,
    quietDays: window?.days ?? quietDays,
    quietFrom: window?.from ?? quietFrom,
    // A time field has no 24:00; 00:00 of the next day is the same.
    quietTo: window?.to.replace('24:00', '00:00') ?? quietTo,
    quietZone: quiet?.time_zone ?? quietZone,
  };
}

function quietHoursOf(draft: RuleDraft, before: QuietHours | null): QuietHours | null {
  if (!draft.quiet) return null;
  const shown = { days: draft.quietDays, from: draft.quietFrom, to: draft.quietTo };
  return { time_zone: draft.quietZone, windows: [shown, ...(before?.windows.slice(1) ?? [])] };
}

function scopeOf({ scope, tags, machineIds }: RuleDraft): AlertScope {
  if (scope === 'tags') return { tags };
  return scope === 'machines' ? { machine_ids: machineIds } : { all: true };
}

function seconds(minutes: number | ''): number {
  return minutes === '' ? 0 : Math.round(minutes * MINUTE);
}

function minutes(seconds: number | null): number | '' {
  return seconds === null ? '' : seconds / MINUTE;
}

function secondsOrNever(minutes: number | ''): number | null {
  return minutes === '' ? null : seconds(minutes);
}

/** The rule for a draft; what the form does not show is kept from `before`. */
export function definitionOf(
  draft: RuleDraft,
  before: AlertRuleDefinition | null,
): AlertRuleDefinition {
  const kind = kindOf(draft.watched);
  const name = draft.deviceName.trim();
  const repeat = seconds(draft.repeatMinutes);
  const offline = draft.watched === 'offline';
  return {
    name: draft.name.trim(),
    metric: draft.watched.slice(kind === null ? 0 : kind.length + 1) as AlertMetric,
    device: kind === null ? null : { kind, ...(name === '' ? {} : { name }) },
    // A rule about silence has a duration only.
    operator: offline ? 'gt' : draft.operator,
    threshold: offline || draft.threshold === '' ? 0 : draft.threshold,
    for_seconds: seconds(draft.forMinutes),
    clear_threshold: offline || draft.clearThreshold === '' ? null : draft.clearThreshold,
    clear_for_seconds: seconds(draft.clearForMinutes),
    missing_data: offline ? 'keep' : draft.missingData,
    missing_after_seconds: before?.missing_after_seconds ?? null,
    stopped_after_seconds: secondsOrNever(draft.stoppedAfterMinutes),
    asleep_after_seconds: secondsOrNever(draft.asleepAfterMinutes),
    severity: draft.severity,
    scope: scopeOf(draft),
    channel_ids: draft.channelIds,
    repeat_seconds: repeat === 0 ? null : repeat,
    quiet_hours: quietHoursOf(draft, before?.quiet_hours ?? null),
    enabled: before?.enabled ?? true,
  };
}

/** The invalid fields of a draft with their messages; empty if all are valid. */
export function draftErrors(draft: RuleDraft): Partial<Record<keyof RuleDraft, string>> {
  const errors: Partial<Record<keyof RuleDraft, string>> = {};
  if (draft.name.trim() === '') errors.name = 'Give the rule a name';
  if (draft.watched !== 'offline') {
    if (draft.threshold === '') errors.threshold = 'Enter a number';
    const clearError = clearThresholdError(draft);
    if (clearError !== null) errors.clearThreshold = clearError;
  }
  if (draft.scope === 'tags' && draft.tags.length === 0) errors.tags = 'Name at least one tag';
  if (draft.scope === 'machines' && draft.machineIds.length === 0) {
    errors.machineIds = 'Choose at least one machine';
  }
  if (draft.quiet) {
    if (draft.quietDays.length === 0) errors.quietDays = 'Choose at least one day';
    if (draft.quietFrom === '') errors.quietFrom = 'Enter a time';
    if (draft.quietTo === '') errors.quietTo = 'Enter a time';
  }
  return errors;
}

/** Why the draft cannot be tried on the past; `null` if it says enough of when it fires. */
export function trialFault(draft: RuleDraft): string | null {
  const { threshold, clearThreshold, tags, machineIds } = draftErrors(draft);
  if (threshold !== undefined) return 'Enter a threshold to see when it would have fired.';
  if (clearThreshold !== undefined) return `The value at which it ends: ${clearThreshold}.`;
  return tags ?? machineIds ?? null;
}

function clearThresholdError({ operator, threshold, clearThreshold }: RuleDraft): string | null {
  if (threshold === '' || clearThreshold === '') return null;
  if (operator === 'gt' || operator === 'gte') {
    return clearThreshold > threshold ? 'Must not be above the threshold' : null;
  }
  return clearThreshold < threshold ? 'Must not be below the threshold' : null;
}
