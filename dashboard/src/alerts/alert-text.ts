/** Describes rules: their condition, machines and channels. Pure functions. */
import {
  type AlertMetric,
  type AlertRuleDefinition,
  type AlertScope,
  comparisonText,
  DEVICE_CATALOG,
  DEVICE_METRIC_CATALOG,
  formatDuration,
  METRIC_CATALOG,
  type NotificationChannel,
  subjectText,
} from '../../../src/contracts/index.js';

/** The parts of a rule that make its condition. */
export type RuleCondition = Pick<
  AlertRuleDefinition,
  | 'metric'
  | 'device'
  | 'operator'
  | 'threshold'
  | 'for_seconds'
  | 'stopped_after_seconds'
  | 'asleep_after_seconds'
>;

/**
 * The condition of a rule: `CPU > 90% for 5m`, `No sign of life for 2m (stopped: 1h, asleep:
 * never)`.
 */
export function conditionText(rule: RuleCondition): string {
  if (rule.metric === 'offline') {
    const silence = formatDuration(Math.max(rule.threshold, rule.for_seconds));
    const stopped = absenceText(rule.stopped_after_seconds);
    const asleep = absenceText(rule.asleep_after_seconds);
    return `No sign of life for ${silence} (stopped: ${stopped}, asleep: ${asleep})`;
  }
  const duration = rule.for_seconds === 0 ? '' : ` for ${formatDuration(rule.for_seconds)}`;
  return `${subjectText(rule)} ${comparisonText(rule)}${duration}`;
}

function absenceText(seconds: number | null): string {
  if (seconds === null) return 'never';
  return seconds === 0 ? 'at once' : formatDuration(seconds);
}

/** The machines that a rule covers; `nameOf` returns the name for a machine's id. */
export function scopeText(scope: AlertScope, nameOf: (id: string) => string): string {
  if ('tags' in scope) return `Tagged ${scope.tags.join(', ')}`;
  if ('machine_ids' in scope) return scope.machine_ids.map(nameOf).join(', ');
  return 'All machines';
}

/**
 * The names of the channels a rule notifies: its own or the default ones, as far as they are
 * enabled.
 */
export function notifiedNames(
  { channel_ids }: Pick<AlertRuleDefinition, 'channel_ids'>,
  channels: readonly NotificationChannel[],
): string[] {
  return channels
    .filter(({ enabled }) => enabled)
    .filter(({ id, default: isDefault }) =>
      channel_ids.length === 0 ? isDefault : channel_ids.includes(id),
    )
    .map(({ name }) => name);
}

/** A metric that can be selected in the rule form. */
export interface MetricChoice {
  /** `metric`, or `kind/metric` for metrics of devices. */
  value: string;
  label: string;
}

/** All metrics that a rule can watch, in groups: silence, the machine, each kind of device. */
export function metricChoices(): { group: string; items: MetricChoice[] }[] {
  const machine = Object.entries(METRIC_CATALOG).map(([value, { label }]) => ({ value, label }));
  const devices = Object.entries(DEVICE_CATALOG).map(([kind, { label, metrics }]) => ({
    group: `Each ${label === 'GPU' ? label : label.toLowerCase()}`,
    items: metrics.map((metric) => ({
      value: `${kind}/${metric}`,
      label: `${label} ${DEVICE_METRIC_CATALOG[metric].label.toLowerCase()}`,
    })),
  }));
  const offline: AlertMetric = 'offline';
  return [
    {
      group: 'Machine',
      items: [{ value: offline, label: 'Silence (machine offline)' }, ...machine],
    },
    ...devices,
  ];
}
