/** One round of alerting: evaluate, plan notifications, store both at once, tell the others. */
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { updateOf } from './evaluation/alert-changes.js';
import { type Evaluation, EvaluationService } from './evaluation/evaluation.service.js';
import { EvidenceService } from './evidence.service.js';
import {
  type NotificationPlan,
  NotificationPlannerService,
} from './notifications/planner.service.js';
import { toAlert } from './records/alert-view.js';
import { AlertsStore, type AlertWrites } from './records/alerts.store.js';
import type { AlertUpdate } from './records/open-alert.js';
import { HoldsService } from './silences/holds.service.js';
import type { HoldOf } from './silences/silence-match.js';

/** For one caller at a time: the leader's scheduler. */
@Injectable()
export class AlertRoundService {
  private readonly logger = new Logger(AlertRoundService.name);

  constructor(
    private readonly evaluation: EvaluationService,
    private readonly planner: NotificationPlannerService,
    private readonly alerts: AlertsStore,
    private readonly holds: HoldsService,
    private readonly evidence: EvidenceService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * A round that fails is done again whole. Rejects with the signal's reason once `term` is over: then
   * nothing was written, and the next leader reads the same again.
   */
  async run(term: AbortSignal): Promise<void> {
    term.throwIfAborted();
    const evaluation = await this.evaluation.evaluate(term, this.clock.now());
    const { changes, open, rules, at } = evaluation;
    const { fired, resolved } = changes;
    const holdOf = await this.holds.at(at);
    const plan = await this.planner.plan({ fired, resolved, open }, rules, holdOf, at);
    await this.alerts.write(writesOf(evaluation, plan), term);
    this.evaluation.commit(evaluation);
    await this.announce(evaluation, holdOf);
  }

  /** After the commit; what it reads again includes what people did meanwhile. */
  private async announce({ changes, at }: Evaluation, holdOf: HoldOf): Promise<void> {
    this.evidence.request(changes.inserts.filter(({ state }) => state !== 'resolved'));
    const { fired, resolved } = changes;
    const ids = [...new Set([...fired, ...resolved].map(({ id }) => id))];
    if (ids.length === 0) {
      return;
    }
    const rows = new Map((await this.alerts.byIds(ids)).map((row) => [row.id, row]));
    for (const { id } of fired) {
      const row = rows.get(id);
      if (row) {
        this.events.publish('alert.opened', { alert: toAlert(row, at, holdOf(row)) });
      }
    }
    for (const { id } of resolved) {
      const row = rows.get(id);
      if (row) {
        this.events.publish('alert.resolved', { alert: toAlert(row, at, null) });
      }
    }
    this.logger.log(`${fired.length} alerts fired, ${resolved.length} ended`);
  }
}

/** What the database gets: the changes, with what the plan says of their notifications. Pure. */
export function writesOf(
  { changes, touched, open }: Pick<Evaluation, 'changes' | 'touched' | 'open'>,
  { deliveries, skipped, notified }: NotificationPlan,
): AlertWrites {
  const written = new Set([...changes.inserts, ...changes.updates].map(({ id }) => id));
  const byId = new Map(changes.touched.map((update) => [update.id, update]));
  const told: AlertUpdate[] = open
    .filter(({ id }) => notified.has(id) && !written.has(id))
    .map((alert) => byId.get(alert.id) ?? updateOf(alert));
  const others = touched.filter(({ id }) => !notified.has(id));
  const withNotified = <Row extends { id: string }>(row: Row): Row => ({
    ...row,
    ...notified.get(row.id),
  });
  return {
    inserts: changes.inserts.map(withNotified),
    updates: [...changes.updates, ...others, ...told].map(withNotified),
    dropped: changes.dropped,
    deliveries,
    skipped,
  };
}
