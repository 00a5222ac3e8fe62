/** What rules can watch, and whom they tell. Pure functions. */
import {
  type AlertMetric,
  type AlertRuleDefinition,
  DEVICE_CATALOG,
  DEVICE_METRIC_CATALOG,
  METRIC_CATALOG,
  type NotificationChannel,
} from '../../../src/contracts/index.js';

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
      items: [{ value: offline, label: 'Machine offline' }, ...machine],
    },
    ...devices,
  ];
}
