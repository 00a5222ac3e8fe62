/** A rule as a sentence that people read while they make it. Pure functions. */
import {
  type AlertOperator,
  type AlertRuleDefinition,
  type AlertScope,
  DEVICE_CATALOG,
  DEVICE_METRIC_CATALOG,
  isDeviceMetricName,
  subjectText,
  subjectValueText,
} from '../../../src/contracts/index.js';
import { quietText } from './quiet-text.js';
import { durationWords, joined } from './words.js';

/** Names that the rule itself does not know. */
export interface RuleNames {
  machine: (id: string) => string;
  /** The channels that are told; `null` while they are not known. */
  channels: readonly string[] | null;
}

const BREACH: Readonly<Record<AlertOperator, string>> = {
  gt: 'above',
  gte: 'at or above',
  lt: 'below',
  lte: 'at or below',
};
/** The side on which the alert ends. */
const CLEAR: Readonly<Record<AlertOperator, string>> = {
  gt: 'below',
  gte: 'below',
  lt: 'above',
  lte: 'above',
};

/**
 * The whole rule: `CPU of every machine tagged prod above 90% for 5 minutes, ends below 80%, tells
 * ops`.
 */
export function ruleSentence(rule: AlertRuleDefinition, names: RuleNames): string {
  const parts = [
    conditionWords(rule, names),
    endWords(rule),
    missingWords(rule),
    toldWords(names.channels),
    rule.repeat_seconds === null
      ? ''
      : `reminds every ${durationWords(rule.repeat_seconds).replace(/^1 (\w+)$/, '$1')}`,
    rule.quiet_hours === null ? '' : `waits ${quietText(rule.quiet_hours)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function conditionWords(rule: AlertRuleDefinition, names: RuleNames): string {
  const machines = scopeWords(rule.scope, names);
  const lasting = rule.for_seconds === 0 ? '' : ` for ${durationWords(rule.for_seconds)}`;
  if (rule.metric === 'offline') {
    const seconds = Math.max(rule.threshold, rule.for_seconds);
    return `No sign of life from ${machines} for ${durationWords(seconds)}`;
  }
  const value = subjectValueText(rule, rule.threshold);
  return `${subjectWords(rule)} ${machines} ${BREACH[rule.operator]} ${value}${lasting}`;
}

/** `CPU of`, `Usage of every filesystem on`, `Usage of filesystem /srv on`. */
function subjectWords({ metric, device }: AlertRuleDefinition): string {
  if (device === null || !isDeviceMetricName(metric))
    return `${subjectText({ metric, device })} of`;
  const { label } = DEVICE_CATALOG[device.kind];
  const kind = label === 'GPU' ? label : label.toLowerCase();
  const which = device.name === undefined ? `every ${kind}` : `${kind} ${device.name}`;
  return `${DEVICE_METRIC_CATALOG[metric].label} of ${which} on`;
}

function scopeWords(scope: AlertScope, names: RuleNames): string {
  if ('tags' in scope) {
    return scope.tags.length === 0
      ? 'no machine'
      : `every machine tagged ${joined(scope.tags, 'or')}`;
  }
  if (!('machine_ids' in scope)) return 'every machine';
  return scope.machine_ids.length === 0
    ? 'no machine'
    : joined(scope.machine_ids.map(names.machine));
}

function endWords(rule: AlertRuleDefinition): string {
  const { clear_threshold, clear_for_seconds, operator, metric } = rule;
  const lasting = clear_for_seconds === 0 ? '' : ` for ${durationWords(clear_for_seconds)}`;
  if (metric === 'offline') return lasting === '' ? '' : `ends once it is back${lasting}`;
  if (clear_threshold !== null) {
    return `ends ${CLEAR[operator]} ${subjectValueText(rule, clear_threshold)}${lasting}`;
  }
  return lasting === '' ? '' : `ends after ${durationWords(clear_for_seconds)} without`;
}

function missingWords(rule: AlertRuleDefinition): string {
  if (rule.metric === 'offline') {
    const stopped = absenceWords('stopped', rule.stopped_after_seconds);
    return [stopped, absenceWords('asleep', rule.asleep_after_seconds)]
      .filter((part) => part !== '')
      .join(', ');
  }
  if (rule.missing_data === 'keep') return '';
  return rule.missing_data === 'fire' ? 'fires without data too' : 'ends without data';
}

/** Where the absence was announced. One that never counts goes without saying. */
function absenceWords(state: string, seconds: number | null): string {
  if (seconds === null) return '';
  return seconds === 0 ? `also if ${state}` : `after ${durationWords(seconds)} if ${state}`;
}

function toldWords(channels: readonly string[] | null): string {
  if (channels === null) return '';
  return channels.length === 0 ? 'tells nobody' : `tells ${joined(channels)}`;
}
