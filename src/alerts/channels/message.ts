/** The words of a notification, for every channel that shows text. Pure. */
import {
  type Alert,
  type AlertOperator,
  type AlertResolution,
  DEVICE_METRIC_CATALOG,
  type DeviceMetricName,
  isMetricName,
  METRIC_CATALOG,
  type MetricUnit,
  type NotificationKind,
} from '../../contracts/index.js';

/** One alert and what happened to it. */
export interface NotificationItem {
  /** Id of the delivery, the same when it is tried again. */
  id: string;
  kind: NotificationKind;
  alert: Alert;
}

/** What goes through a channel at once: one alert, or a group of them. */
export interface Notification {
  items: [NotificationItem, ...NotificationItem[]];
  sentAt: string;
}

/** Templates that a channel's configuration may bring; `{{name}}` is replaced. */
export interface Templates {
  title?: string;
  line?: string;
}

/** Alerts of a group that are listed one by one. */
const LISTED_ITEMS = 25;
const DEFAULT_TITLE = '[{{status}}] {{severity}}: {{rule}} on {{machine}}';
const DEFAULT_LINE =
  '{{subject}} is {{value}} (alert when {{condition}}{{peak}}{{lasted}}){{reason}}';
/** For the rules on silence, whose value is a duration. */
const SILENT_LINE = 'No sign of life for {{value}}';
const SILENCE_OVER_LINE = 'It was silent for {{duration}}{{reason}}';

const OPERATORS: Record<AlertOperator, string> = { gt: '>', gte: '≥', lt: '<', lte: '≤' };

/** Why an alert ended, where its value did not recover. */
const REASON: Record<AlertResolution, string> = {
  recovered: '',
  no_data: '; ended because no more data came',
  rule_changed: '; ended because its rule was changed',
  machine_deleted: '; ended because the machine was deleted',
};

const STATUS: Record<NotificationKind, string> = {
  fired: 'firing',
  repeated: 'still firing',
  resolved: 'resolved',
  test: 'test',
};

/** One line that says it all. */
export function titleOf(notification: Notification, templates: Templates = {}): string {
  const { items } = notification;
  if (items.length === 1) {
    return render(templates.title ?? DEFAULT_TITLE, fieldsOf(items[0]));
  }
  const counts = (['fired', 'repeated', 'resolved', 'test'] as const)
    .map((kind) => ({ kind, count: items.filter((item) => item.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${STATUS[kind]}`);
  return `${items.length} alerts: ${counts.join(', ')}`;
}

/** The details: a line for a single alert, else one for each of the first. */
export function textOf(notification: Notification, templates: Templates = {}): string {
  const { items } = notification;
  const lineOf = (item: NotificationItem) =>
    render(templates.line ?? defaultLine(item), fieldsOf(item));
  if (items.length === 1) {
    return lineOf(items[0]);
  }
  const lines = items.slice(0, LISTED_ITEMS).map((item) => {
    return `[${STATUS[item.kind]}] ${item.alert.machine_name}: ${lineOf(item)}`;
  });
  if (items.length > LISTED_ITEMS) {
    lines.push(`… and ${items.length - LISTED_ITEMS} more`);
  }
  return lines.join('\n');
}

/** The heaviest severity among alerts that still last, else `info`. */
export function severityOf({ items }: Notification): Alert['severity'] {
  const lasting = items
    .filter(({ kind }) => kind !== 'resolved')
    .map(({ alert }) => alert.severity);
  return lasting.includes('critical')
    ? 'critical'
    : lasting.includes('warning')
      ? 'warning'
      : 'info';
}

/** True if all its alerts are over. */
export function isRecovery({ items }: Notification): boolean {
  return items.every(({ kind }) => kind === 'resolved');
}

/** The same notification, with the names that people and machines chose as `write` writes them. */
export function withNames(
  { items: [first, ...more], sentAt }: Notification,
  write: (name: string) => string,
): Notification {
  const written = (item: NotificationItem): NotificationItem => {
    const { machine_name, rule_name, device } = item.alert;
    const names = {
      machine_name: write(machine_name),
      rule_name: write(rule_name),
      device: device && { ...device, name: write(device.name) },
    };
    return { ...item, alert: { ...item.alert, ...names } };
  };
  return { items: [written(first), ...more.map(written)], sentAt };
}

function defaultLine({ kind, alert }: NotificationItem): string {
  if (alert.metric !== 'offline') {
    return DEFAULT_LINE;
  }
  return kind === 'resolved' ? SILENCE_OVER_LINE : SILENT_LINE;
}

/** What templates may name. */
function fieldsOf({ kind, alert }: NotificationItem): Record<string, string> {
  const unit = unitOf(alert);
  const threshold = quantity(alert.threshold, unit);
  const value = quantity(toldValue(kind, alert), unit);
  const peak = quantity(alert.peak_value, unit);
  return {
    status: STATUS[kind],
    severity: alert.severity,
    rule: alert.rule_name,
    machine: alert.machine_name,
    machine_id: alert.machine_id,
    metric: alert.metric,
    device: alert.device?.name ?? '',
    subject: subjectOf(alert),
    value,
    threshold,
    condition: `${OPERATORS[alert.operator]} ${threshold}`,
    peak: alert.peak_value === null || peak === value ? '' : `, peak ${peak}`,
    lasted:
      kind === 'resolved' && alert.duration_seconds !== null
        ? `, lasted ${duration(alert.duration_seconds)}`
        : '',
    reason: kind === 'resolved' && alert.resolution ? REASON[alert.resolution] : '',
    duration: duration(alert.duration_seconds ?? 0),
    fired_at: alert.fired_at ?? '',
    resolved_at: alert.resolved_at ?? '',
    alert_id: alert.id,
  };
}

/** An alert that is over by the time it is told shows its worst value, not the one after its end. */
function toldValue(kind: NotificationKind, alert: Alert): number | null {
  const late = kind !== 'resolved' && alert.state === 'resolved';
  return late ? alert.peak_value : alert.last_value;
}

function render(template: string, fields: Record<string, string>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) => fields[name] ?? all);
}

function subjectOf(alert: Alert): string {
  if (alert.metric === 'offline') {
    return 'Silence';
  }
  const label = isMetricName(alert.metric)
    ? METRIC_CATALOG[alert.metric].label
    : (DEVICE_METRIC_CATALOG[alert.metric as DeviceMetricName]?.label ?? alert.metric);
  return alert.device ? `${label} of ${alert.device.kind} ${alert.device.name}` : label;
}

function unitOf(alert: Alert): MetricUnit {
  if (alert.metric === 'offline') {
    return 'seconds';
  }
  if (!alert.device && isMetricName(alert.metric)) {
    return METRIC_CATALOG[alert.metric].unit;
  }
  return DEVICE_METRIC_CATALOG[alert.metric as DeviceMetricName]?.unit ?? 'count';
}

const SUFFIXES: Record<Exclude<MetricUnit, 'seconds'>, string> = {
  percent: ' %',
  bytes: ' B',
  bytes_per_second: ' B/s',
  celsius: ' °C',
  watts: ' W',
  rpm: ' rpm',
  count: '',
  load: '',
};

function quantity(value: number | null, unit: MetricUnit): string {
  if (value === null) {
    return 'unknown';
  }
  if (unit === 'seconds') {
    return duration(Math.round(value));
  }
  const bytes = unit === 'bytes' || unit === 'bytes_per_second';
  if (bytes && Math.abs(value) >= 1e3) {
    const power = Math.min(5, Math.floor(Math.log10(Math.abs(value)) / 3));
    const scaled = rounded(value / 1e3 ** power);
    return `${scaled} ${'kMGTP'[power - 1]}B${unit === 'bytes' ? '' : '/s'}`;
  }
  return `${rounded(value)}${SUFFIXES[unit]}`;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ') || '0 s';
}
