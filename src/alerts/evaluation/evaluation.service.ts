/** Reads what is new and evaluates every rule on it; writes nothing. */
import { randomUUID } from 'node:crypto';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { AlertRuleDefinition } from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { PresenceService } from '../../machines/presence/presence.service.js';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import type { MachineRow } from '../../machines/registry/machines.store.js';
import { AlertsStore } from '../records/alerts.store.js';
import { type AlertUpdate, type OpenAlert, openKey } from '../records/open-alert.js';
import type { RuleEntity } from '../rules/rule.entity.js';
import { RulesStore } from '../rules/rules.store.js';
import { machinesInScope } from '../rules/scope.js';
import { type AlertChanges, AlertChangesBuilder } from './alert-changes.js';
import { absenceCountsFrom, offlineReadings } from './offline.js';
import { LOOKBACK_MS, ReadingsService, type ReadingsSince } from './readings.service.js';
import { type EvaluatedRule, RuleEvaluation } from './rule-evaluation.js';

/** After a pause this long, as of a machine that slept, what was silent meanwhile is judged anew. */
const LONG_PAUSE_MS = 30_000;
/** Alerts whose numbers alone are written in every round; more of them are written now and then. */
const TOUCHED_ALWAYS = 300;
const TOUCH_ALL_MS = 30_000;

/** What one evaluation found. */
export interface Evaluation {
  readonly changes: AlertChanges;
  /** Updates of alerts whose values went on and nothing else, as far as they are due. */
  readonly touched: readonly AlertUpdate[];
  /** Alerts that were open before and may go on. */
  readonly open: readonly OpenAlert[];
  /** The rules in force, by id. */
  readonly rules: ReadonlyMap<string, AlertRuleDefinition>;
  /** What it read. */
  readonly readings: ReadingsSince;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Keeps between rounds only what the database can give back. */
@Injectable()
export class EvaluationService {
  private lastRound = 0;
  /** The leader's term of the last round: between two of them another may have evaluated. */
  private term: AbortSignal | null = null;
  /** Since when this process leads without a gap. */
  private leadingSince = 0;
  private touchedAt = 0;
  /**
   * Cursors of series that have no open alert: of those that ended shortly before this process
   * took over, so that their last readings count once; and of those that may be missed.
   */
  private readonly okCursors = new Map<string, number>();

  constructor(
    private readonly rules: RulesStore,
    private readonly alerts: AlertsStore,
    private readonly directory: MachineDirectoryService,
    private readonly presence: PresenceService,
    private readonly readings: ReadingsService,
    events: DomainEvents,
  ) {
    events.on('machine.deleted', ({ machineKey }) => readings.forget(machineKey));
  }

  /**
   * Evaluates at the time `now` (epoch milliseconds). The same readings are found again until
   * `commit`. Rejects with the signal's reason once `term` is over.
   */
  async evaluate(term: AbortSignal, now: number): Promise<Evaluation> {
    await this.takeOver(term, now);
    await this.presence.refresh();
    const machines = await this.directory.all();
    const rules = evaluated(await this.rules.all(), machines);
    const builder = new AlertChangesBuilder(randomUUID);
    const open = endOrphans(await this.alerts.open(), rules, machines, builder, now);
    const readings = await this.readings.read(
      rules.map(({ definition }) => definition),
      watchedMachines(rules),
      oldestCursors(open),
      now,
      term,
    );
    const evaluation = new RuleEvaluation(
      readings,
      (rule, machine) => this.offlineReadings(rule, machine, now),
      (machine) => this.presence.latenessMs(machine),
      (machine) => this.presence.slowByMs(machine),
      this.okCursors,
      builder,
      now,
    );
    const byRule = groupByRule(open);
    for (const rule of rules) {
      evaluation.run(rule, byRule.get(rule.id) ?? new Map());
      await yieldToEventLoop();
      term.throwIfAborted();
    }
    const changes = builder.build();
    return {
      changes,
      touched: this.areTouchedDue(changes, now) ? changes.touched : [],
      open,
      rules: new Map(rules.map(({ id, definition }) => [id, definition])),
      readings,
      at: now,
    };
  }

  /** Call it once the changes are stored: the next evaluation continues behind these readings. */
  commit({ readings, at }: Evaluation): void {
    this.readings.commit(readings);
    this.lastRound = at;
  }

  private async takeOver(term: AbortSignal, now: number): Promise<void> {
    if (term === this.term && now - this.lastRound <= LONG_PAUSE_MS) {
      return;
    }
    this.readings.reset();
    this.okCursors.clear();
    this.term = null;
    for (const row of await this.alerts.resolvedSince(now - 2 * LOOKBACK_MS)) {
      const key = openKey(row.rule_id ?? '', row.machine, deviceOf(row));
      this.okCursors.set(key, Math.max(this.okCursors.get(key) ?? 0, row.cursor));
    }
    this.leadingSince = now;
    this.term = term;
  }

  private offlineReadings(rule: AlertRuleDefinition, machine: MachineRow, now: number) {
    const silentSince = this.presence.silentSince(machine.key);
    if (silentSince === null) {
      return null;
    }
    const countsFrom = absenceCountsFrom(rule, this.presence.statusOf(machine), silentSince);
    return offlineReadings(silentSince, countsFrom, this.leadingSince, now);
  }

  private areTouchedDue({ touched }: AlertChanges, now: number): boolean {
    const due = touched.length <= TOUCHED_ALWAYS || now - this.touchedAt >= TOUCH_ALL_MS;
    if (due) {
      this.touchedAt = now;
    }
    return due;
  }
}

function evaluated(rules: readonly RuleEntity[], machines: readonly MachineRow[]): EvaluatedRule[] {
  return rules
    .filter(({ enabled }) => enabled)
    .map(({ id, revision, definition }) => ({
      id,
      revision,
      definition,
      machines: machinesInScope(definition.scope, machines),
    }));
}

/** The oldest cursor among each machine's open alerts. */
function oldestCursors(open: readonly OpenAlert[]): Map<number, number> {
  const cursors = new Map<number, number>();
  for (const { machine, cursor } of open) {
    cursors.set(machine, Math.min(cursors.get(machine) ?? cursor, cursor));
  }
  return cursors;
}

/** Internal keys of the machines whose samples a rule needs. */
function watchedMachines(rules: readonly EvaluatedRule[]): number[] {
  const keys = new Set<number>();
  for (const { definition, machines } of rules) {
    if (definition.metric !== 'offline') {
      for (const { key } of machines) {
        keys.add(key);
      }
    }
  }
  return [...keys];
}

/** Ends alerts whose machine or rule is gone, or whose rule watches something else; answers the rest. */
function endOrphans(
  open: readonly OpenAlert[],
  rules: readonly EvaluatedRule[],
  machines: readonly MachineRow[],
  changes: AlertChangesBuilder,
  now: number,
): OpenAlert[] {
  const living = new Set(machines.map(({ key }) => key));
  const covered = new Map(
    rules.map((rule) => [
      rule.id,
      { rule, machines: new Set(rule.machines.map(({ key }) => key)) },
    ]),
  );
  return open.filter((row) => {
    const its = covered.get(row.rule_id ?? '');
    if (!living.has(row.machine)) {
      changes.endOpen(row, now, 'machine_deleted');
      return false;
    }
    if (its?.rule.revision !== row.rule_revision || !its.machines.has(row.machine)) {
      changes.endOpen(row, now, 'rule_changed');
      return false;
    }
    return true;
  });
}

function groupByRule(open: readonly OpenAlert[]): Map<string, Map<number, OpenAlert[]>> {
  const byRule = new Map<string, Map<number, OpenAlert[]>>();
  for (const row of open) {
    const byMachine = byRule.get(row.rule_id ?? '') ?? new Map<number, OpenAlert[]>();
    byRule.set(row.rule_id ?? '', byMachine);
    byMachine.set(row.machine, [...(byMachine.get(row.machine) ?? []), row]);
  }
  return byRule;
}

function deviceOf(row: OpenAlert): { kind: string; name: string } | null {
  return row.device_kind === null ? null : { kind: row.device_kind, name: row.device_name ?? '' };
}
