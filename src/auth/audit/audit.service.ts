/** Who did what, from where. */
import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { type PageQuery, parseTimeCursor, toPage } from '../../common/paging.js';
import { isoTime, parseTime } from '../../common/times.js';
import type { AuditEntry, Page } from '../../contracts/index.js';
import type { Principal } from '../principal.js';
import { AuditStore } from './audit.store.js';
import type { AuditEntryEntity } from './audit-entry.entity.js';

/** An action, or an attempt at one. */
export interface AuditRecord {
  /** `module.verb`, e.g. `user.delete`. */
  action: string;
  /** Default `success`. */
  outcome?: 'success' | 'failure';
  actor: Principal;
  /** The actor in words where the principal does not tell, e.g. the address of a failed sign-in. */
  actorName?: string;
  /** Network address of the caller. */
  address?: string;
  /** Id or name of what was acted on. */
  target?: string;
  /** Anything else that helps; never a secret. */
  details?: Record<string, unknown>;
}

/** Which entries to list; times are ISO 8601 or epoch milliseconds. */
interface AuditFilters {
  action?: string;
  actor?: string;
  outcome?: AuditEntry['outcome'];
  from?: string;
  to?: string;
}

/** Keeps the audit log. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger(AuditService.name);

  constructor(
    private readonly store: AuditStore,
    private readonly clock: Clock,
  ) {}

  /** Writes one entry. The action has happened already: a failure to write is logged, not thrown. */
  async record(record: AuditRecord): Promise<void> {
    const { actor } = record;
    try {
      await this.store.insert({
        id: randomUUID(),
        at: this.clock.now(),
        action: record.action,
        outcome: record.outcome ?? 'success',
        actor_kind: actor.kind,
        actor_id: actor.kind === 'anonymous' ? null : actor.id,
        actor_name: shorten(record.actorName ?? nameOf(actor), 254),
        address: shorten(record.address ?? null, 45),
        target: shorten(record.target ?? null, 254),
        details: JSON.stringify(record.details ?? {}),
      });
    } catch (error) {
      this.logger.error(`cannot write ${record.action} to the audit log`, error);
    }
  }

  /** A page, newest first. */
  async list(query: PageQuery & AuditFilters): Promise<Page<AuditEntry>> {
    const { rows, total } = await this.store.page({
      action: query.action,
      actor: query.actor,
      outcome: query.outcome,
      from: timeOf(query.from),
      to: timeOf(query.to),
      limit: query.limit,
      after: parseTimeCursor(query.cursor),
    });
    return toPage(rows, {
      total,
      limit: query.limit,
      keyOf: ({ at, id }) => [at, id],
      toItem: answer,
    });
  }

  /** Deletes what is older than `olderThan` (epoch milliseconds); answers how many. */
  prune(olderThan: number): Promise<number> {
    return this.store.deleteBefore(olderThan);
  }
}

function timeOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : (parseTime(time) ?? undefined);
}

function answer(entry: AuditEntryEntity): AuditEntry {
  return {
    id: entry.id,
    at: isoTime(entry.at),
    action: entry.action,
    outcome: entry.outcome,
    actor_kind: entry.actor_kind,
    actor_id: entry.actor_id,
    actor_name: entry.actor_name,
    address: entry.address,
    target: entry.target,
    details: JSON.parse(entry.details),
  };
}

function nameOf(actor: Principal): string | null {
  switch (actor.kind) {
    case 'user':
      return actor.email;
    case 'machine':
      return actor.machine_id;
    case 'key':
      return `${actor.scope} key`;
    default:
      return null;
  }
}

/** PostgreSQL keeps no NUL in text. */
function shorten(text: string | null, length: number): string | null {
  return text === null ? null : text.replaceAll('\0', '').slice(0, length);
}
