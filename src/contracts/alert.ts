/** Alert rules, alerts, notification channels and what was sent through them. */
import type { NotificationChannelType } from './channels.js';
import type { DeviceKind, DeviceMetricName, MetricName } from './metric-catalog.js';
import type { ProcessEvidence } from './sample.js';

/** How a value is compared with a rule's threshold. */
export type AlertOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** Every severity, the mildest first. */
export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;

/** How bad an alert is. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** The machines that a rule covers; new machines are covered at once where they match. */
export type AlertScope = { all: true } | { machine_ids: string[] } | { tags: string[] };

/**
 * What a rule watches: a metric of the machine, a metric of the devices of one kind, or `offline`,
 * whose value is 0 while the machine reports and the seconds of its silence once it is offline, or once
 * its planned absence counts.
 */
export type AlertMetric = MetricName | DeviceMetricName | 'offline';

/** Devices that a rule watches, each on its own: the one called `name`, or every one of the kind. */
export interface AlertDevice {
  kind: DeviceKind;
  name?: string;
}

/** What happens to a series that falls silent: its alert stays, ends, or a new one fires. */
export type MissingDataPolicy = 'keep' | 'resolve' | 'fire';

/** Days of the week as quiet hours name them. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A span of local time, from `from` on each of `days`; one that ends before it starts ends the day after. */
export interface QuietWindow {
  days: Weekday[];
  /** `HH:MM`, local time. */
  from: string;
  /** `HH:MM`, local time, exclusive. */
  to: string;
}

/** When notifications wait: they are sent at the end if the alert still lasts then. */
export interface QuietHours {
  /** IANA name, e.g. `Europe/Berlin`. */
  time_zone: string;
  windows: QuietWindow[];
}

/** A rule as people write it, with every default filled in. */
export interface AlertRuleDefinition {
  name: string;
  metric: AlertMetric;
  device: AlertDevice | null;
  operator: AlertOperator;
  threshold: number;
  /** How long the condition must hold before the alert fires. */
  for_seconds: number;
  /** The alert ends only beyond this value; `null` is the threshold. */
  clear_threshold: number | null;
  /** How long the value must stay there. */
  clear_for_seconds: number;
  missing_data: MissingDataPolicy;
  /** Silence longer than this is missing data; `null` is a minute or three intervals of the agent. */
  missing_after_seconds: number | null;
  /** For `offline`: a machine that said it stops counts after so long; `null` is never. */
  stopped_after_seconds: number | null;
  /** For `offline`: a machine that said it goes to sleep counts after so long; `null` is never. */
  asleep_after_seconds: number | null;
  severity: AlertSeverity;
  scope: AlertScope;
  /** Empty: the channels that are marked as default. */
  channel_ids: string[];
  /** Distance of reminders while the alert lasts and nobody has acknowledged it; `null` is never. */
  repeat_seconds: number | null;
  quiet_hours: QuietHours | null;
  enabled: boolean;
}

/** A rule as answered. */
export interface AlertRule extends AlertRuleDefinition {
  id: string;
  created_at: string;
  updated_at: string;
}

/** Where an alert is in its life. */
export type AlertState = 'pending' | 'firing' | 'acknowledged' | 'resolved';

/** Why an alert ended. */
export type AlertResolution = 'recovered' | 'no_data' | 'rule_changed' | 'machine_deleted';

/** One alert as answered and streamed. */
export interface Alert {
  id: string;
  rule_id: string | null;
  rule_name: string;
  machine_id: string;
  machine_name: string;
  metric: string;
  device: { kind: DeviceKind; name: string } | null;
  severity: AlertSeverity;
  state: AlertState;
  operator: AlertOperator;
  threshold: number;
  first_value: number | null;
  last_value: number | null;
  peak_value: number | null;
  pending_since: string;
  fired_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  acknowledged_note: string | null;
  resolved_at: string | null;
  /** Seconds from firing to the end, or until now while it lasts; `null` while it is pending. */
  duration_seconds: number | null;
  /** Why it ended: the value recovered or fell silent, or its rule or machine went away. */
  resolution: AlertResolution | null;
  evidence: ProcessEvidence[] | null;
  /** The silence that holds back its notifications now. */
  silenced_by: string | null;
  silenced_until: string | null;
  /** The rule as it was when the alert began. */
  rule: AlertRuleDefinition;
}

/** Where a silence is in its life; a weekly one between two of its windows is `coming`. */
export type SilenceState = 'active' | 'coming' | 'ended';

/**
 * Holds back the notifications of the alerts that match all of its lists; an empty list matches
 * everything.
 */
export interface Silence {
  id: string;
  comment: string;
  machine_ids: string[];
  /** Machines that have one of them. */
  tags: string[];
  rule_ids: string[];
  starts_at: string;
  /** `null`: it comes back every week until somebody ends it. */
  ends_at: string | null;
  /** Between its start and its end it holds in these windows; `null` is all the time. */
  weekly: QuietHours | null;
  state: SilenceState;
  /** The end of the time in which it holds now; `null` unless it is active. */
  active_until: string | null;
  created_by: string;
  created_at: string;
  updated_at: string;
}

/** A channel as answered: secrets that are set read `********`. */
export interface NotificationChannel {
  id: string;
  name: string;
  type: NotificationChannelType;
  config: Record<string, unknown>;
  enabled: boolean;
  /** Used by rules that name no channel. */
  default: boolean;
  created_at: string;
  updated_at: string;
}

/** What a notification tells. */
export type NotificationKind = 'fired' | 'repeated' | 'resolved' | 'test';

/** Where a delivery is: `dead` was given up after a day, `skipped` became pointless. */
export type DeliveryState = 'waiting' | 'delivered' | 'dead' | 'skipped';

/** One line of the delivery log. */
export interface NotificationDelivery {
  id: string;
  alert_id: string | null;
  /** Of the alert; `null` for a test, and once the alert is too old to be kept. */
  rule_name: string | null;
  machine_name: string | null;
  channel_id: string;
  channel_name: string;
  channel_type: NotificationChannelType;
  kind: NotificationKind;
  state: DeliveryState;
  attempts: number;
  created_at: string;
  /** When it is tried next; `null` once it is over. */
  next_attempt_at: string | null;
  delivered_at: string | null;
  last_error: string | null;
}

/** Answer of a channel's test button. */
export interface ChannelTestAnswer {
  status: 'delivered' | 'failed';
  error: string | null;
}

/** How often and how long a rule would have fired on one machine. */
export interface DryRunMachine {
  machine_id: string;
  machine_name: string;
  fired: number;
  firing_seconds: number;
  /** The first of them, oldest first. */
  alerts: {
    device: { kind: DeviceKind; name: string } | null;
    fired_at: string;
    /** `null`: it lasted until the end of the range. */
    resolved_at: string | null;
    peak_value: number | null;
  }[];
}

/** Answer of `POST /api/v1/alert-rules/dry-run`. */
export interface DryRunAnswer {
  from: string;
  to: string;
  /** Distance of the values that were replayed; averages where it is more than a second. */
  step_seconds: number;
  machines_covered: number;
  fired: number;
  firing_seconds: number;
  /** Machines on which it would have fired, most often first. */
  machines: DryRunMachine[];
}
