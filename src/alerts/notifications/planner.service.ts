/** Decides which notifications an evaluation puts into the outbox. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AlertRuleDefinition, NotificationKind } from '../../contracts/index.js';
import type { ChannelEntity } from '../channels/channel.entity.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { DeliveriesStore, type FirstDelivery } from '../records/deliveries.store.js';
import type { DeliveryEntity } from '../records/delivery.entity.js';
import type { OpenAlert } from '../records/open-alert.js';
import { quietUntil } from '../rules/quiet-hours.js';
import type { HoldOf } from '../silences/silence-match.js';

/** What goes into the outbox, what of it is pointless by now, and what that says of the alerts. */
export interface NotificationPlan {
  deliveries: DeliveryEntity[];
  /** Ids of deliveries that quiet hours or a silence held back until their alert had ended. */
  skipped: string[];
  /** By alert: when its notification is due, and the count including it. */
  notified: Map<string, { notified_at: number; notifications: number }>;
}

/** The alerts that notifications may be about. */
export interface NotifiableAlerts {
  /** Those that began to fire. */
  fired: readonly OpenAlert[];
  /** Those that ended. */
  resolved: readonly OpenAlert[];
  /** Those that were open before: reminders may be due, or the first notification after a silence. */
  open: readonly OpenAlert[];
}

/** Definitions of the rules in force, by id. */
export type RuleDefinitions = ReadonlyMap<string, AlertRuleDefinition>;

type ChannelRef = Pick<DeliveryEntity, 'channel_id' | 'channel_name' | 'channel_type'>;

/** Plans the notifications of alerts that fired, still fire, or ended. Changes none of them. */
@Injectable()
export class NotificationPlannerService {
  constructor(
    private readonly channels: ChannelsStore,
    private readonly deliveries: DeliveriesStore,
  ) {}

  async plan(
    { fired, resolved, open }: NotifiableAlerts,
    rules: RuleDefinitions,
    holdOf: HoldOf,
    now: number,
  ): Promise<NotificationPlan> {
    const plan: NotificationPlan = { deliveries: [], skipped: [], notified: new Map() };
    const ended = new Set(resolved.map(({ id }) => id));
    const going = open.filter((alert) => !ended.has(alert.id) && holdOf(alert) === null);
    // What fired in a silence was never put into the outbox: the alert itself remembers it.
    const untold = [...fired.filter((alert) => holdOf(alert) === null), ...going.filter(isUntold)];
    const due = going.filter((alert) => isRepeatDue(alert, rules.get(alert.rule_id ?? ''), now));
    if (untold.length > 0 || due.length > 0) {
      const channels = (await this.channels.all()).filter(({ enabled }) => enabled);
      for (const alert of untold) {
        const rule = rules.get(alert.rule_id ?? '');
        if (rule) {
          planAlert('fired', alert, rule, channelsOf(rule, channels), plan, now);
        }
      }
      const first = byAlertOf(await this.deliveries.firstOf(due.map(({ id }) => id)));
      for (const alert of due) {
        const rule = rules.get(alert.rule_id ?? '');
        if (rule && quietEnd(rule, now) === null) {
          planReminder(alert, rule, channels, first.get(alert.id) ?? [], plan, now);
        }
      }
    }
    if (resolved.length > 0) {
      await this.planRecoveries(resolved, rules, holdOf, plan, now);
    }
    return plan;
  }

  /** Through every channel that was told of the alert, or is still being told; nowhere else. */
  private async planRecoveries(
    resolved: readonly OpenAlert[],
    rules: RuleDefinitions,
    holdOf: HoldOf,
    plan: NotificationPlan,
    now: number,
  ): Promise<void> {
    const ended = new Set(resolved.map(({ id }) => id));
    const told = [
      ...(await this.deliveries.ofAlerts([...ended])),
      ...plan.deliveries.filter(({ alert_id }) => ended.has(alert_id ?? '')),
    ];
    const held = new Set(resolved.filter((alert) => holdOf(alert) !== null).map(({ id }) => id));
    const byAlert = new Map<string, Map<string, DeliveryEntity>>();
    for (const row of told) {
      if (row.state === 'skipped') {
        continue;
      }
      if (row.state === 'waiting' && row.attempts === 0) {
        if (held.has(row.alert_id ?? '')) {
          // The outbox may be sending it meanwhile: the recovery is dropped there if it was not sent.
          plan.skipped.push(row.id);
        } else if ((row.next_attempt_at ?? 0) > now) {
          plan.skipped.push(row.id);
          continue;
        }
      }
      const channels = byAlert.get(row.alert_id ?? '') ?? new Map<string, DeliveryEntity>();
      byAlert.set(row.alert_id ?? '', channels.set(row.channel_id, row));
    }
    for (const row of resolved) {
      const rule = rules.get(row.rule_id ?? '');
      const at = (rule && quietEnd(rule, now)) ?? now;
      for (const ref of byAlert.get(row.id)?.values() ?? []) {
        plan.deliveries.push(delivery('resolved', 'resolved', row, ref, at, now));
      }
    }
  }
}

/**
 * Reminds the channels that were told of the alert long enough ago: a silence, or a channel that did not
 * answer, may have put that off.
 */
function planReminder(
  alert: OpenAlert,
  rule: AlertRuleDefinition,
  channels: readonly ChannelEntity[],
  first: readonly FirstDelivery[],
  plan: NotificationPlan,
  now: number,
): void {
  const since = now - (rule.repeat_seconds ?? 0) * 1_000;
  const late = new Set(
    first
      .filter(({ state, delivered_at }) => state === 'waiting' || (delivered_at ?? 0) > since)
      .map(({ channel_id }) => channel_id),
  );
  const told = channelsOf(rule, channels).filter(({ id }) => !late.has(id));
  if (told.length > 0 || late.size === 0) {
    planAlert('repeated', alert, rule, told, plan, now);
  }
}

/** Tells `channels`; reminders count from then, which quiet hours may put off. */
function planAlert(
  kind: NotificationKind,
  alert: OpenAlert,
  rule: AlertRuleDefinition,
  channels: readonly ChannelEntity[],
  plan: NotificationPlan,
  now: number,
): void {
  const at = quietEnd(rule, now) ?? now;
  const notifications = alert.notifications + 1;
  plan.notified.set(alert.id, { notified_at: at, notifications });
  for (const channel of channels) {
    const ref = {
      channel_id: channel.id,
      channel_name: channel.name,
      channel_type: channel.type,
    };
    const suffix = kind === 'repeated' ? `repeated-${notifications}` : kind;
    plan.deliveries.push(delivery(kind, suffix, alert, ref, at, now));
  }
}

function byAlertOf(rows: readonly FirstDelivery[]): Map<string, FirstDelivery[]> {
  const byAlert = new Map<string, FirstDelivery[]>();
  for (const row of rows) {
    const ofAlert = byAlert.get(row.alert_id ?? '') ?? [];
    ofAlert.push(row);
    byAlert.set(row.alert_id ?? '', ofAlert);
  }
  return byAlert;
}

function isUntold({ state, notifications }: OpenAlert): boolean {
  return state !== 'pending' && notifications === 0;
}

function isRepeatDue(row: OpenAlert, rule: AlertRuleDefinition | undefined, now: number): boolean {
  return (
    row.state === 'firing' &&
    row.notified_at !== null &&
    rule?.repeat_seconds != null &&
    now - row.notified_at >= rule.repeat_seconds * 1_000
  );
}

function channelsOf(
  rule: AlertRuleDefinition,
  channels: readonly ChannelEntity[],
): readonly ChannelEntity[] {
  return rule.channel_ids.length === 0
    ? channels.filter(({ is_default }) => is_default)
    : channels.filter(({ id }) => rule.channel_ids.includes(id));
}

function quietEnd(rule: AlertRuleDefinition, now: number): number | null {
  return rule.quiet_hours ? quietUntil(rule.quiet_hours, now) : null;
}

function delivery(
  kind: NotificationKind,
  suffix: string,
  alert: OpenAlert,
  { channel_id, channel_name, channel_type }: ChannelRef,
  at: number,
  now: number,
): DeliveryEntity {
  return {
    id: randomUUID(),
    dedupe_key: `${alert.id}/${channel_id}/${suffix}`,
    alert_id: alert.id,
    channel_id,
    channel_name,
    channel_type,
    kind,
    state: 'waiting',
    attempts: 0,
    created_at: now,
    next_attempt_at: at,
    lease_until: null,
    delivered_at: null,
    last_error: null,
  };
}
