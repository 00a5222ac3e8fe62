/** Describes what alerts and rules watch, the same in notifications as in the dashboard. */
import type { AlertOperator, AlertResolution, AlertRuleDefinition } from './alert.js';
import { formatDuration, formatPercent, formatUnit, UNKNOWN } from './format.js';
import {
  DEVICE_CATALOG,
  DEVICE_METRIC_CATALOG,
  type DeviceKind,
  isDeviceMetricName,
  isMetricName,
  METRIC_CATALOG,
  type MetricUnit,
} from './metric-catalog.js';

/** What an alert or a rule watches. The other side may be newer and know more metrics. */
export interface AlertSubject {
  metric: string;
  device: { kind: DeviceKind; name?: string } | null;
}

/** Signs of the comparisons. */
export const OPERATOR_SIGNS: Readonly<Record<AlertOperator, string>> = {
  gt: '>',
  gte: '≥',
  lt: '<',
  lte: '≤',
};

/** Why an alert was resolved. */
export const RESOLUTION_TEXTS: Readonly<Record<AlertResolution, string>> = {
  recovered: 'recovered',
  no_data: 'ended: no more data',
  rule_changed: 'ended: its rule was changed',
  machine_deleted: 'ended: the machine was deleted',
};

/** The unit of the subject; `null` for silence and for an unknown metric. */
export function subjectUnit({ metric, device }: AlertSubject): MetricUnit | null {
  if (device !== null) {
    return isDeviceMetricName(metric) ? DEVICE_METRIC_CATALOG[metric].unit : null;
  }
  return isMetricName(metric) ? METRIC_CATALOG[metric].unit : null;
}

/** The name of the subject, e.g. `CPU`, `Filesystem /srv usage`, `Silence`. */
export function subjectText({ metric, device }: AlertSubject): string {
  if (metric === 'offline') {
    return 'Silence';
  }
  if (device === null) {
    return isMetricName(metric) ? METRIC_CATALOG[metric].label : metric;
  }
  const label = isDeviceMetricName(metric)
    ? DEVICE_METRIC_CATALOG[metric].label.toLowerCase()
    : metric;
  const name = device.name === undefined ? '' : ` ${device.name}`;
  return `${DEVICE_CATALOG[device.kind].label}${name} ${label}`;
}

/** A value of the subject in its unit; silence is a duration. */
export function subjectValueText(subject: AlertSubject, value: number | null): string {
  if (value === null) {
    return UNKNOWN;
  }
  if (subject.metric === 'offline') {
    return formatDuration(value);
  }
  const unit = subjectUnit(subject);
  if (unit === null) {
    return String(value);
  }
  return unit === 'percent' && Number.isInteger(value)
    ? formatPercent(value, 0)
    : formatUnit(value, unit);
}

/** The comparison of a rule, e.g. `> 90%`. */
export function comparisonText(
  rule: AlertSubject & Pick<AlertRuleDefinition, 'operator' | 'threshold'>,
): string {
  return `${OPERATOR_SIGNS[rule.operator]} ${subjectValueText(rule, rule.threshold)}`;
}
