/** Alerts as people see and acknowledge them. */
import { Injectable } from '@nestjs/common';
import { AuditService } from '../auth/audit/audit.service.js';
import { type Actor, personName } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { AppError, NotFoundError } from '../common/errors.js';
import { parseTimeCursor, toPage } from '../common/paging.js';
import { parseTime } from '../common/times.js';
import { ServerConfig } from '../config/server-config.js';
import type { Alert, Page } from '../contracts/index.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import type { AlertsQuery } from './alert.dto.js';
import { toAlert } from './records/alert-view.js';
import { AlertsStore } from './records/alerts.store.js';
import { HoldsService } from './silences/holds.service.js';
import { SilencesService } from './silences/silences.service.js';

/** Lists, shows and acknowledges alerts. Throws `alerts.not_found`, `alerts.not_firing`. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly store: AlertsStore,
    private readonly holds: HoldsService,
    private readonly silences: SilencesService,
    private readonly events: DomainEvents,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly config: ServerConfig,
  ) {}

  async list(query: AlertsQuery): Promise<Page<Alert>> {
    const { rows, total } = await this.store.page({
      states: query.state ?? [],
      severity: query.severity,
      machine_id: query.machine_id?.toLowerCase(),
      rule_id: query.rule_id?.toLowerCase(),
      from: query.from === undefined ? undefined : (parseTime(query.from) ?? undefined),
      to: query.to === undefined ? undefined : (parseTime(query.to) ?? undefined),
      limit: query.limit,
      after: parseTimeCursor(query.cursor),
    });
    const now = this.clock.now();
    const holdOf = await this.holds.at(now);
    return toPage(rows, {
      total,
      limit: query.limit,
      keyOf: ({ pending_since, id }) => [pending_since, id],
      toItem: (alert) => toAlert(alert, now, holdOf(alert)),
    });
  }

  async get(id: string): Promise<Alert> {
    const [row] = await this.store.byIds([id.toLowerCase()]);
    if (!row) {
      throw new NotFoundError('alerts.not_found', 'no alert has this id');
    }
    const now = this.clock.now();
    const holdOf = await this.holds.at(now);
    return toAlert(row, now, holdOf(row));
  }

  /** Somebody has seen it: reminders stop. Acknowledging it again changes nothing. */
  async acknowledge(id: string, note: string | undefined, by: Actor): Promise<Alert> {
    const done = await this.store.acknowledge(id.toLowerCase(), {
      acknowledged_at: this.clock.now(),
      acknowledged_by: personName(by.actor),
      acknowledged_note: note?.trim() || null,
    });
    const alert = await this.get(id);
    if (done) {
      await this.audit.record({
        action: 'alert.acknowledge',
        ...by,
        target: alert.id,
        details: { rule: alert.rule_name, machine: alert.machine_name },
      });
      this.events.publish('alert.acknowledged', { alert });
    } else if (alert.state !== 'acknowledged') {
      throw new AppError('conflict', 'alerts.not_firing', `the alert is ${alert.state}`);
    }
    return alert;
  }

  /** Deletes alerts and silences that ended longer ago than the longest history is kept, until `term` is over. */
  async prune(term: AbortSignal): Promise<void> {
    const before = this.clock.now() - this.config.retention['1h'];
    while (!term.aborted && (await this.store.prune(before)) > 0) {
      // One bounded step after the other.
    }
    await this.silences.prune(before, term);
  }
}
