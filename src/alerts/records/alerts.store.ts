/** The statements on `alerts`; what one evaluation changes is one transaction. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, MoreThan, Not, Repository } from 'typeorm';
import type { AlertSeverity, AlertState, ProcessEvidence } from '../../contracts/index.js';
import { atomically, type PreparedStatement } from '../../database/atomically.js';
import { readNewestFirst, type TimeRange } from '../../database/newest-first.js';
import { valuesTable } from '../../database/values-table.js';
import { AlertEntity } from './alert.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import type { AlertSubject, AlertUpdate, OpenAlert } from './open-alert.js';

/** Rows of one statement. */
const CHUNK_ROWS = 200;

/** Alerts for which evidence is asked at the same time. */
const EVIDENCE_ALERTS = 1_000;

const OPEN_COLUMNS = {
  id: true,
  rule_id: true,
  rule_revision: true,
  machine: true,
  machine_id: true,
  device_kind: true,
  device_name: true,
  state: true,
  cursor: true,
  pending_since: true,
  clearing_since: true,
  fired_at: true,
  first_value: true,
  last_value: true,
  peak_value: true,
  notified_at: true,
  notifications: true,
} as const satisfies Record<keyof OpenAlert, true>;

const SUBJECT_COLUMNS = {
  id: true,
  rule_id: true,
  machine_id: true,
  state: true,
} as const satisfies Record<keyof AlertSubject, true>;

/** What one round writes. */
export interface AlertWrites {
  inserts: readonly Readonly<AlertEntity>[];
  updates: readonly AlertUpdate[];
  /** Pending alerts that came to nothing. */
  dropped: readonly string[];
  deliveries: readonly DeliveryEntity[];
  /** Deliveries that became pointless. */
  skipped: readonly string[];
}

/** Which alerts to list. */
export interface AlertFilter extends TimeRange {
  states: AlertState[];
  severity?: AlertSeverity;
  machine_id?: string;
  rule_id?: string;
  /** Epoch milliseconds: alerts that lasted at some time in `[from, to)`. */
  from?: number;
  to?: number;
}

/** Reads and writes alerts. */
@Injectable()
export class AlertsStore {
  constructor(
    @InjectRepository(AlertEntity) private readonly alerts: Repository<AlertEntity>,
    @InjectRepository(DeliveryEntity) private readonly deliveries: Repository<DeliveryEntity>,
  ) {}

  /** Every alert that is pending, firing or acknowledged, without its rule and evidence. */
  open(): Promise<OpenAlert[]> {
    return this.alerts.find({ select: OPEN_COLUMNS, where: { open_key: Not(IsNull()) } });
  }

  /** Alerts that ended after `time`. */
  resolvedSince(time: number): Promise<OpenAlert[]> {
    return this.alerts.find({ select: OPEN_COLUMNS, where: { resolved_at: MoreThan(time) } });
  }

  async byIds(ids: readonly string[]): Promise<AlertEntity[]> {
    const rows: AlertEntity[] = [];
    for (const chunk of chunksOf(ids)) {
      rows.push(...(await this.alerts.findBy({ id: In(chunk) })));
    }
    return rows;
  }

  /** What silences are matched with, of some alerts. */
  async subjects(ids: readonly string[]): Promise<AlertSubject[]> {
    const rows: AlertSubject[] = [];
    for (const chunk of chunksOf(ids)) {
      rows.push(...(await this.alerts.find({ select: SUBJECT_COLUMNS, where: { id: In(chunk) } })));
    }
    return rows;
  }

  /**
   * Everything or nothing. Rejects if another leader has written the same meanwhile, or may write
   * because `term` is over.
   */
  async write(
    { inserts, updates, dropped, deliveries, skipped }: AlertWrites,
    term: AbortSignal,
  ): Promise<void> {
    term.throwIfAborted();
    const statements: PreparedStatement[] = [];
    for (const chunk of chunksOf(dropped)) {
      statements.push(
        this.alerts
          .createQueryBuilder()
          .delete()
          .where("id IN (:...chunk) AND state = 'pending'", { chunk }),
      );
    }
    for (const chunk of chunksOf(updates)) {
      statements.push(this.updateStatement(chunk));
    }
    for (const chunk of chunksOf(inserts)) {
      statements.push(this.alerts.createQueryBuilder().insert().values(chunk));
    }
    for (const chunk of chunksOf(skipped)) {
      statements.push(
        this.deliveries
          .createQueryBuilder()
          .update()
          .set({ state: 'skipped', next_attempt_at: null })
          .where("id IN (:...chunk) AND state = 'waiting' AND attempts = 0", { chunk }),
      );
    }
    for (const chunk of chunksOf(deliveries)) {
      statements.push(this.deliveries.createQueryBuilder().insert().values(chunk));
    }
    if (statements.length > 0) {
      await atomically(this.alerts.manager.dataSource, statements, term);
    }
  }

  /** What people did meanwhile (acknowledged) stays; what has ended stays ended. */
  private updateStatement(updates: readonly AlertUpdate[]): PreparedStatement {
    const { type } = this.alerts.manager.dataSource.options;
    const { sql: values, parameters } = valuesTable('next', UPDATE_COLUMNS, updates, type);
    const assignments = Object.keys(UPDATE_COLUMNS)
      .filter((column) => column !== 'id' && column !== 'state')
      .map((column) => `"${column}" = next."${column}"`);
    const sql = `WITH ${values}
      UPDATE alerts SET
        state = CASE WHEN next.state = 'firing' AND alerts.state = 'acknowledged'
          THEN alerts.state ELSE next.state END,
        open_key = CASE WHEN next.state = 'resolved' THEN NULL ELSE alerts.open_key END,
        ${assignments.join(', ')}
      FROM next
      WHERE alerts.id = next.id AND alerts.state <> 'resolved'`;
    return { getQueryAndParameters: () => [sql, parameters] };
  }

  /** True if the alert was firing until now. */
  async acknowledge(
    id: string,
    by: { acknowledged_at: number; acknowledged_by: string; acknowledged_note: string | null },
  ): Promise<boolean> {
    const { affected } = await this.alerts
      .createQueryBuilder()
      .update()
      .set({ state: 'acknowledged', ...by })
      .where("id = :id AND state = 'firing'", { id })
      .execute();
    return affected === 1;
  }

  /** A page and one alert more, newest first. */
  page(filter: AlertFilter): Promise<{ rows: AlertEntity[]; total: number }> {
    const query = this.alerts.createQueryBuilder('alert').where('1 = 1');
    const { states, severity, machine_id, rule_id, from, to } = filter;
    if (states.length > 0) {
      query.andWhere('alert.state IN (:...states)', { states });
    }
    for (const [column, value] of Object.entries({ severity, machine_id, rule_id })) {
      if (value !== undefined) {
        query.andWhere(`alert.${column} = :${column}`, { [column]: value });
      }
    }
    if (from !== undefined) {
      query.andWhere('(alert.resolved_at IS NULL OR alert.resolved_at >= :from)', { from });
    }
    if (to !== undefined) {
      query.andWhere('alert.pending_since < :to', { to });
    }
    return readNewestFirst(query, 'pending_since', filter);
  }

  /** Alerts that fire or are acknowledged, oldest first. */
  async firing(limit: number): Promise<AlertEntity[]> {
    return this.alerts.find({
      where: { open_key: Not(IsNull()), state: Not('pending') },
      order: { pending_since: 'ASC', id: 'ASC' },
      take: limit,
    });
  }

  /** How many alerts are open, by state and severity. */
  async counts(): Promise<{ state: AlertState; severity: AlertSeverity; count: number }[]> {
    const rows = await this.alerts
      .createQueryBuilder('alert')
      .select(['alert.state AS state', 'alert.severity AS severity', 'COUNT(*) AS count'])
      .where('alert.open_key IS NOT NULL')
      .groupBy('alert.state')
      .addGroupBy('alert.severity')
      .getRawMany<{ state: AlertState; severity: AlertSeverity; count: string | number }>();
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /**
   * Alerts on some metrics of machines that want evidence: those that are pending, and those that
   * fire and have none yet.
   */
  async wantingEvidence(metrics: readonly string[]): Promise<{ id: string; machine: number }[]> {
    const rows = await this.alerts.find({
      select: { id: true, machine: true, rule: true },
      where: [
        { state: 'pending', device_kind: IsNull() },
        { state: In(['firing', 'acknowledged']), device_kind: IsNull(), evidence: IsNull() },
      ],
      order: { pending_since: 'DESC' },
      take: EVIDENCE_ALERTS,
    });
    return rows.filter(({ rule }) => metrics.includes(rule.metric));
  }

  /** Keeps the evidence of one machine in those of its open alerts that are listed. */
  async keepEvidence(ids: readonly string[], evidence: ProcessEvidence[]): Promise<void> {
    if (ids.length === 0) {
      return;
    }
    await this.alerts
      .createQueryBuilder()
      .update()
      .set({ evidence })
      .where("id IN (:...ids) AND state <> 'resolved'", { ids })
      .execute();
  }

  /** Deletes alerts that ended before `time`, at most a thousand at once; answers how many. */
  async prune(time: number): Promise<number> {
    const old = await this.alerts
      .createQueryBuilder('alert')
      .select('alert.id', 'id')
      .where('alert.resolved_at < :time', { time })
      .limit(1_000)
      .getRawMany<{ id: string }>();
    for (const chunk of chunksOf(old.map(({ id }) => id))) {
      await this.alerts.delete({ id: In(chunk) });
    }
    return old.length;
  }
}

const UPDATE_COLUMNS = {
  id: 'varchar',
  state: 'varchar',
  cursor: 'bigint',
  clearing_since: 'bigint',
  fired_at: 'bigint',
  resolved_at: 'bigint',
  resolution: 'varchar',
  first_value: 'double precision',
  last_value: 'double precision',
  peak_value: 'double precision',
  notified_at: 'bigint',
  notifications: 'integer',
} as const satisfies Record<keyof AlertUpdate, string>;

function* chunksOf<item>(items: readonly item[]): Generator<item[]> {
  for (let start = 0; start < items.length; start += CHUNK_ROWS) {
    yield items.slice(start, start + CHUNK_ROWS);
  }
}
