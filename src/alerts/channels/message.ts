/** The text of a notification, for every channel that shows text. Pure functions. */
import {
  type Alert,
  comparisonText,
  formatDuration,
  type NotificationKind,
  RESOLUTION_TEXTS,
  subjectText,
  subjectValueText,
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

/** The most alerts of a group that are listed. */
const LISTED_ITEMS = 25;
const DEFAULT_TITLE = '[{{status}}] {{severity}}: {{rule}} on {{machine}}';
const DEFAULT_LINE =
  '{{subject}} is {{value}} (alert when {{condition}}{{peak}}{{lasted}}){{reason}}';
/** For rules about silence, whose value is a duration. */
const SILENT_LINE = 'No sign of life for {{value}}';
const SILENCE_OVER_LINE = 'It was silent for {{duration}}{{reason}}';

const STATUS: Record<NotificationKind, string> = {
  fired: 'firing',
  repeated: 'still firing',
  resolved: 'resolved',
  test: 'test',
};

/** The notification in one line. */
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

/** The details: one line per alert, up to a limit. */
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

/** The highest severity of the alerts that are not resolved; `info` if all are. */
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

/** True if all its alerts are resolved. */
export function isRecovery({ items }: Notification): boolean {
  return items.every(({ kind }) => kind === 'resolved');
}

/** The notification with every name of a rule, machine or device converted by `write`. */
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

/** The fields of templates. */
function fieldsOf({ kind, alert }: NotificationItem): Record<string, string> {
  const text = (value: number | null) =>
    value === null ? 'unknown' : subjectValueText(alert, value);
  const value = text(notifiedValue(kind, alert));
  const peak = text(alert.peak_value);
  return {
    status: STATUS[kind],
    severity: alert.severity,
    rule: alert.rule_name,
    machine: alert.machine_name,
    machine_id: alert.machine_id,
    metric: alert.metric,
    device: alert.device?.name ?? '',
    subject: subjectText(alert),
    value,
    threshold: text(alert.threshold),
    condition: comparisonText(alert),
    peak: alert.peak_value === null || peak === value ? '' : `, peak ${peak}`,
    lasted:
      kind === 'resolved' && alert.duration_seconds !== null
        ? `, lasted ${formatDuration(alert.duration_seconds)}`
        : '',
    reason: kind === 'resolved' ? reasonOf(alert) : '',
    duration: formatDuration(alert.duration_seconds ?? 0),
    fired_at: alert.fired_at ?? '',
    resolved_at: alert.resolved_at ?? '',
    alert_id: alert.id,
  };
}

/** Why an alert ended, unless its value recovered. */
function reasonOf({ resolution }: Alert): string {
  return resolution === null || resolution === 'recovered'
    ? ''
    : `; ${RESOLUTION_TEXTS[resolution]}`;
}

/** The peak for an alert that is resolved before it is sent, rather than its value afterwards. */
function notifiedValue(kind: NotificationKind, alert: Alert): number | null {
  const late = kind !== 'resolved' && alert.state === 'resolved';
  return late ? alert.peak_value : alert.last_value;
}

function render(template: string, fields: Record<string, string>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) => fields[name] ?? all);
}
