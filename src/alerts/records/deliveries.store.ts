/** The statements on `notification_deliveries`: the outbox. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThanOrEqual, Not, Repository } from 'typeorm';
import type { DeliveryState } from '../../contracts/index.js';
import { readNewestFirst, type TimeRange } from '../../database/newest-first.js';
import { DeliveryEntity } from './delivery.entity.js';

/** Ids of one statement. */
const CHUNK_IDS = 500;
/** Due deliveries that are looked at in one round. */
const DUE_ROWS = 2_000;

/** Which deliveries to list. */
export interface DeliveryFilter extends TimeRange {
  state?: DeliveryState;
  channel_id?: string;
  alert_id?: string;
}

/** What became of the first notification of an alert through one channel. */
export type FirstDelivery = Pick<
  DeliveryEntity,
  'alert_id' | 'channel_id' | 'state' | 'delivered_at'
>;

const FIRST_COLUMNS = {
  id: true,
  alert_id: true,
  channel_id: true,
  state: true,
  delivered_at: true,
} as const;

/** Reads and writes deliveries. */
@Injectable()
export class DeliveriesStore {
  constructor(
    @InjectRepository(DeliveryEntity) private readonly deliveries: Repository<DeliveryEntity>,
  ) {}

  async insert(delivery: DeliveryEntity): Promise<void> {
    await this.deliveries.insert(delivery);
  }

  /** What was put into the outbox for some alerts, oldest first. */
  async ofAlerts(alertIds: readonly string[]): Promise<DeliveryEntity[]> {
    const rows: DeliveryEntity[] = [];
    for (let start = 0; start < alertIds.length; start += CHUNK_IDS) {
      rows.push(
        ...(await this.deliveries.find({
          where: { alert_id: In(alertIds.slice(start, start + CHUNK_IDS)) },
          order: { created_at: 'ASC', id: 'ASC' },
        })),
      );
    }
    return rows;
  }

  /** The first notifications of some alerts. */
  async firstOf(alertIds: readonly string[]): Promise<FirstDelivery[]> {
    const rows: FirstDelivery[] = [];
    for (let start = 0; start < alertIds.length; start += CHUNK_IDS) {
      const alert_id = In(alertIds.slice(start, start + CHUNK_IDS));
      rows.push(
        ...(await this.deliveries.find({
          select: FIRST_COLUMNS,
          where: { alert_id, kind: 'fired' },
        })),
      );
    }
    return rows;
  }

  /**
   * Deliveries that wait and whose time has come, apart from those of `busy` channels. Those that were due
   * first come first, so that none that is put off again and again hides the others.
   */
  due(now: number, busy: readonly string[]): Promise<DeliveryEntity[]> {
    return this.deliveries.find({
      where: { next_attempt_at: LessThanOrEqual(now), channel_id: Not(In([...busy])) },
      order: { next_attempt_at: 'ASC', created_at: 'ASC', id: 'ASC' },
      take: DUE_ROWS,
    });
  }

  /** Takes deliveries for sending; answers those that no other replica holds. */
  async claim(ids: readonly string[], now: number, leaseUntil: number): Promise<string[]> {
    const claimed: string[] = [];
    for (const id of ids) {
      const { affected } = await this.deliveries
        .createQueryBuilder()
        .update()
        .set({ lease_until: leaseUntil, attempts: () => 'attempts + 1' })
        .where("id = :id AND state = 'waiting' AND next_attempt_at <= :now", { id, now })
        .andWhere('(lease_until IS NULL OR lease_until <= :now)', { now })
        .execute();
      if (affected === 1) {
        claimed.push(id);
      }
    }
    return claimed;
  }

  /** Ends every lease: for a process that is the only one that sends. */
  async endLeases(): Promise<void> {
    await this.deliveries.update({ lease_until: Not(IsNull()) }, { lease_until: null });
  }

  /** Ends the lease with what became of the deliveries. */
  async finish(
    ids: readonly string[],
    outcome: Pick<DeliveryEntity, 'state' | 'next_attempt_at' | 'delivered_at' | 'last_error'>,
  ): Promise<void> {
    for (let start = 0; start < ids.length; start += CHUNK_IDS) {
      await this.deliveries
        .createQueryBuilder()
        .update()
        .set({ ...outcome, lease_until: null })
        .where("id IN (:...ids) AND state = 'waiting'", {
          ids: ids.slice(start, start + CHUNK_IDS),
        })
        .execute();
    }
  }

  /** Moves the next attempt of deliveries that are not being sent. */
  async postpone(ids: readonly string[], until: number): Promise<void> {
    for (let start = 0; start < ids.length; start += CHUNK_IDS) {
      await this.deliveries
        .createQueryBuilder()
        .update()
        .set({ next_attempt_at: until })
        .where("id IN (:...ids) AND state = 'waiting' AND next_attempt_at < :until", {
          ids: ids.slice(start, start + CHUNK_IDS),
          until,
        })
        .execute();
    }
  }

  /** Brings forward what waits for the end of a rule's quiet hours; what was tried keeps its time. */
  async bringForward(ruleId: string, until: number): Promise<void> {
    await this.deliveries
      .createQueryBuilder()
      .update()
      .set({ next_attempt_at: until })
      .where("state = 'waiting' AND attempts = 0 AND next_attempt_at > :until", { until })
      .andWhere('alert_id IN (SELECT id FROM alerts WHERE rule_id = :ruleId)', { ruleId })
      .execute();
  }

  /** A page of the log and one row more, newest first. */
  page(filter: DeliveryFilter): Promise<{ rows: DeliveryEntity[]; total: number }> {
    const query = this.deliveries.createQueryBuilder('delivery').where('1 = 1');
    const { state, channel_id, alert_id } = filter;
    for (const [column, value] of Object.entries({ state, channel_id, alert_id })) {
      if (value !== undefined) {
        query.andWhere(`delivery.${column} = :${column}`, { [column]: value });
      }
    }
    return readNewestFirst(query, 'created_at', filter);
  }

  /** How many deliveries wait, and how many were given up. */
  async counts(): Promise<Map<DeliveryState, number>> {
    const rows = await this.deliveries
      .createQueryBuilder('delivery')
      .select(['delivery.state AS state', 'COUNT(*) AS count'])
      .where("delivery.state IN ('waiting', 'dead')")
      .groupBy('delivery.state')
      .getRawMany<{ state: DeliveryState; count: string | number }>();
    return new Map(rows.map(({ state, count }) => [state, Number(count)]));
  }

  /**
   * Deletes log lines older than `time`, at most a thousand; answers how many. Those of an alert that
   * lasts, or of which something waits, stay: they say who is to be told of its end.
   */
  async prune(time: number): Promise<number> {
    const old = await this.deliveries
      .createQueryBuilder('delivery')
      .select('delivery.id', 'id')
      .where("delivery.created_at < :time AND delivery.state <> 'waiting'", { time })
      .andWhere(
        `NOT EXISTS (SELECT 1 FROM alerts
          WHERE alerts.id = delivery.alert_id AND alerts.open_key IS NOT NULL)`,
      )
      .andWhere(
        `NOT EXISTS (SELECT 1 FROM notification_deliveries other
          WHERE other.alert_id = delivery.alert_id AND other.state = 'waiting')`,
      )
      .limit(1_000)
      .getRawMany<{ id: string }>();
    for (let start = 0; start < old.length; start += CHUNK_IDS) {
      await this.deliveries.delete({
        id: In(old.slice(start, start + CHUNK_IDS).map(({ id }) => id)),
      });
    }
    return old.length;
  }
}
