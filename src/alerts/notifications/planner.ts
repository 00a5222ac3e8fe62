/** Decides which notifications an evaluation puts into the outbox. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AlertRuleDefinition, NotificationKind } from '../../contracts/index.js';
import type { ChangeSet } from '../evaluation/change-set.js';
import type { OpenAlert } from '../evaluation/open-alert.js';
import type { EvaluatedRule } from '../evaluation/rule-evaluation.js';
import { quietUntil } from '../rules/quiet-hours.js';
import type { ChannelEntity } from './channel.entity.js';
import { ChannelsStore } from './channels.store.js';
import { DeliveriesStore } from './deliveries.store.js';
import type { DeliveryEntity } from './delivery.entity.js';

/** What goes into the outbox, and what of it is pointless by now. */
export interface NotificationPlan {
  deliveries: DeliveryEntity[];
  /** Ids of deliveries that quiet hours held back until their alert had ended. */
  skipped: string[];
}

type ChannelRef = Pick<DeliveryEntity, 'channel_id' | 'channel_name' | 'channel_type'>;

/** Plans the notifications of alerts that fired, still fire, or ended. */
@Injectable()
export class NotificationPlanner {
  constructor(
    private readonly channels: ChannelsStore,
    private readonly outbox: DeliveriesStore,
  ) {}

  /** `open` are the alerts that were open before; marks in them when they were last told of. */
  async plan(
    changes: ChangeSet,
    open: readonly OpenAlert[],
    rules: readonly EvaluatedRule[],
    now: number,
  ): Promise<NotificationPlan> {
    const plan: NotificationPlan = { deliveries: [], skipped: [] };
    const definitions = new Map(rules.map(({ id, definition }) => [id, definition]));
    const ended = new Set(changes.resolved.map(({ id }) => id));
    const due = open.filter(
      (row) => !ended.has(row.id) && isRepeatDue(row, definitions.get(row.rule_id ?? ''), now),
    );
    if (changes.fired.length > 0 || due.length > 0) {
      const channels = (await this.channels.all()).filter(({ enabled }) => enabled);
      for (const row of changes.fired) {
        this.tell('fired', row, definitions.get(row.rule_id ?? ''), channels, plan, now);
      }
      for (const row of due) {
        const rule = definitions.get(row.rule_id ?? '');
        if (rule && quietEnd(rule, now) === null) {
          this.tell('repeated', row, rule, channels, plan, now);
          changes.touch(row);
        }
      }
    }
    if (changes.resolved.length > 0) {
      await this.recoveries(changes.resolved, definitions, plan, now);
    }
    return plan;
  }

  private tell(
    kind: NotificationKind,
    row: OpenAlert,
    rule: AlertRuleDefinition | undefined,
    channels: readonly ChannelEntity[],
    plan: NotificationPlan,
    now: number,
  ): void {
    if (!rule) {
      return;
    }
    // Reminders count from when it is told, which quiet hours put off.
    const at = quietEnd(rule, now) ?? now;
    row.notified_at = at;
    row.notifications++;
    for (const channel of channelsOf(rule, channels)) {
      const ref = {
        channel_id: channel.id,
        channel_name: channel.name,
        channel_type: channel.type,
      };
      const suffix = kind === 'repeated' ? `repeated-${row.notifications}` : kind;
      plan.deliveries.push(delivery(kind, suffix, row, ref, at, now));
    }
  }

  /** Through every channel that was told of the alert, or is still being told; nowhere else. */
  private async recoveries(
    resolved: readonly OpenAlert[],
    definitions: ReadonlyMap<string, AlertRuleDefinition>,
    plan: NotificationPlan,
    now: number,
  ): Promise<void> {
    const told = [
      ...(await this.outbox.ofAlerts(resolved.map(({ id }) => id))),
      ...plan.deliveries.filter(({ alert_id }) => resolved.some(({ id }) => id === alert_id)),
    ];
    const byAlert = new Map<string, Map<string, DeliveryEntity>>();
    for (const row of told) {
      if (row.state === 'skipped') {
        continue;
      }
      if (row.state === 'waiting' && row.attempts === 0 && (row.next_attempt_at ?? 0) > now) {
        plan.skipped.push(row.id);
        continue;
      }
      const channels = byAlert.get(row.alert_id ?? '') ?? new Map<string, DeliveryEntity>();
      byAlert.set(row.alert_id ?? '', channels.set(row.channel_id, row));
    }
    for (const row of resolved) {
      const rule = definitions.get(row.rule_id ?? '');
      const at = (rule && quietEnd(rule, now)) ?? now;
      for (const ref of byAlert.get(row.id)?.values() ?? []) {
        plan.deliveries.push(delivery('resolved', 'resolved', row, ref, at, now));
      }
    }
  }
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
