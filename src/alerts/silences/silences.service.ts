/** Silences as administrators keep them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../auth/audit/audit.service.js';
import { type Actor, personName } from '../../auth/principal.js';
import { Clock } from '../../common/clock.js';
import { AppError, InvalidInputError, NotFoundError } from '../../common/errors.js';
import { parseTimeCursor, toPage } from '../../common/paging.js';
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { Page, Silence, SilenceState } from '../../contracts/index.js';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import { RulesStore } from '../rules/rules.store.js';
import type { SilenceBodyDto, SilenceChangesDto, SilencesQuery } from './silence.dto.js';
import type { SilenceEntity } from './silence.entity.js';
import { type SilenceDefinition, silenceOf } from './silence-check.js';
import { holdsUntil } from './silence-match.js';
import { SilencesStore } from './silences.store.js';

/** Silences that are not over: each round of alerting looks at them. */
const MAX_SILENCES = 1_000;

/**
 * Lists, creates, changes and ends silences. Throws `alerts.silence_not_found`,
 * `alerts.invalid_silence`, `alerts.silence_ended`.
 */
@Injectable()
export class SilencesService {
  constructor(
    private readonly store: SilencesStore,
    private readonly rules: RulesStore,
    private readonly machines: MachineDirectoryService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(query: SilencesQuery): Promise<Page<Silence>> {
    const now = this.clock.now();
    const { rows, total } = await this.store.page({
      ended: query.ended,
      now,
      limit: query.limit,
      after: parseTimeCursor(query.cursor),
    });
    return toPage(rows, {
      total,
      limit: query.limit,
      keyOf: ({ created_at, id }) => [created_at, id],
      toItem: (row) => toSilence(row, now),
    });
  }

  async get(id: string): Promise<Silence> {
    return toSilence(await this.find(id), this.clock.now());
  }

  async create(body: SilenceBodyDto, by: Actor): Promise<Silence> {
    const now = this.clock.now();
    const definition = silenceOf(body, now);
    await this.checkNames(definition);
    if ((await this.store.count(now)) >= MAX_SILENCES) {
      throw new AppError(
        'conflict',
        'alerts.too_many_silences',
        `there are ${MAX_SILENCES} silences already`,
      );
    }
    const row: SilenceEntity = {
      id: randomUUID(),
      ...definition,
      created_by: personName(by.actor),
      created_at: now,
      updated_at: now,
    };
    await this.store.insert(row);
    await this.record('silence.create', row, by);
    return toSilence(row, now);
  }

  /** Changes what `changes` names; what is held no longer is told within seconds. */
  async change(id: string, changes: SilenceChangesDto, by: Actor): Promise<Silence> {
    const now = this.clock.now();
    const seen = await this.find(id);
    if (isOver(seen, now)) {
      throw new AppError('conflict', 'alerts.silence_ended', 'the silence is over: make a new one');
    }
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const body: SilenceBodyDto = { ...definitionOf(seen), ...Object.fromEntries(given) };
    const definition = silenceOf(body, now);
    await this.checkNames(definition, seen);
    const next = { ...seen, ...definition, updated_at: this.later(seen) };
    await this.replace(seen, next);
    await this.record('silence.update', next, by);
    return toSilence(next, now);
  }

  /** Ends it now. One that has not begun leaves no trace; one that is over stays as it is. */
  async end(id: string, by: Actor): Promise<void> {
    const now = this.clock.now();
    const seen = await this.find(id);
    if (isOver(seen, now)) {
      return;
    }
    if (seen.starts_at >= now) {
      if (!(await this.store.remove(seen))) {
        throw changedMeanwhile();
      }
    } else {
      await this.replace(seen, { ...seen, ends_at: now, updated_at: this.later(seen) });
    }
    await this.record('silence.end', seen, by);
  }

  /** Deletes silences that ended before `time` (epoch milliseconds), until `term` is over. */
  async prune(time: number, term: AbortSignal): Promise<void> {
    while (!term.aborted && (await this.store.prune(time)) > 0) {
      // One bounded step after the other.
    }
  }

  /** What `before` names already may be gone: a silence outlives it and must stay changeable. */
  private async checkNames(next: SilenceDefinition, before?: SilenceEntity): Promise<void> {
    const machineIds = without(next.machine_ids, before?.machine_ids);
    const machines = await this.machines.resolveMany(machineIds);
    refuse(
      machineIds.filter((id) => !machines.has(id)),
      'alerts.unknown_machine',
      'machine_ids: no machine has the id',
    );
    const ruleIds = without(next.rule_ids, before?.rule_ids);
    const rules = new Set(ruleIds.length === 0 ? [] : (await this.rules.all()).map(({ id }) => id));
    refuse(
      ruleIds.filter((id) => !rules.has(id)),
      'alerts.unknown_rule',
      'rule_ids: no alert rule has the id',
    );
  }

  private later(seen: SilenceEntity): number {
    return Math.max(this.clock.now(), seen.updated_at + 1);
  }

  private async replace(seen: SilenceEntity, next: SilenceEntity): Promise<void> {
    if (!(await this.store.update(seen, next))) {
      throw changedMeanwhile();
    }
  }

  private async find(id: string): Promise<SilenceEntity> {
    const silence = await this.store.byId(id.toLowerCase());
    if (!silence) {
      throw new NotFoundError('alerts.silence_not_found', 'no silence has this id');
    }
    return silence;
  }

  private async record(action: string, silence: SilenceEntity, by: Actor): Promise<void> {
    const { comment, machine_ids, tags, rule_ids, starts_at, ends_at, weekly } = silence;
    const details = {
      comment,
      machines: countOf(machine_ids),
      tags: countOf(tags),
      rules: countOf(rule_ids),
      starts_at: isoTime(starts_at),
      ends_at: isoTimeOrNull(ends_at),
      weekly: weekly !== null,
    };
    await this.audit.record({ action, ...by, target: silence.id, details });
  }
}

function definitionOf(row: SilenceEntity): SilenceDefinition {
  const { comment, machine_ids, tags, rule_ids, starts_at, ends_at, weekly } = row;
  return { comment, machine_ids, tags, rule_ids, starts_at, ends_at, weekly };
}

/** How many are silenced, as the audit log says it: a list without entries silences any. */
function countOf(names: readonly string[]): number | 'any' {
  return names.length === 0 ? 'any' : names.length;
}

function without(ids: readonly string[], before: readonly string[] = []): string[] {
  return ids.filter((id) => !before.includes(id));
}

function refuse(unknown: readonly string[], code: string, sentence: string): void {
  if (unknown.length > 0) {
    throw new InvalidInputError(code, `${sentence} ${unknown.join(', ')}`);
  }
}

function changedMeanwhile(): AppError {
  return new AppError('conflict', 'alerts.silence_changed', 'the silence was changed meanwhile');
}

function isOver({ ends_at }: SilenceEntity, now: number): boolean {
  return ends_at !== null && ends_at <= now;
}

function toSilence(row: SilenceEntity, now: number): Silence {
  const until = holdsUntil(row, now);
  const state: SilenceState = isOver(row, now) ? 'ended' : until === null ? 'coming' : 'active';
  return {
    id: row.id,
    ...definitionOf(row),
    starts_at: isoTime(row.starts_at),
    ends_at: isoTimeOrNull(row.ends_at),
    state,
    active_until: isoTimeOrNull(until),
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
  };
}
