/** One round of the leader: reads what is new, evaluates every rule, writes what changed at once. */
import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { AlertRuleDefinition } from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { MachineDirectory } from '../../machines/machine-directory.js';
import type { MachineRow } from '../../machines/machines.store.js';
import { Presence } from '../../machines/presence.js';
import { toAlert } from '../alert-view.js';
import { AlertsStore } from '../alerts.store.js';
import { EvidenceCollector } from '../evidence.js';
import { NotificationPlanner } from '../notifications/planner.js';
import type { RuleEntity } from '../rules/rule.entity.js';
import { RulesStore } from '../rules/rules.store.js';
import { machinesInScope } from '../rules/scope.js';
import { ChangeSet } from './change-set.js';
import { absenceCountsFrom, offlineReadings } from './offline.js';
import { type OpenAlert, openKey } from './open-alert.js';
import { LOOKBACK_MS, ReadingFeed } from './reading-feed.js';
import { type EvaluatedRule, RuleEvaluation } from './rule-evaluation.js';

/** After a pause this long, as of a machine that slept, what was silent meanwhile is judged anew. */
const LONG_PAUSE_MS = 30_000;
/** Alerts whose numbers alone are written in every round; more of them are written now and then. */
const TOUCHED_ALWAYS = 300;
const TOUCH_ALL_MS = 30_000;

/** Keeps between rounds only what the database can give back. */
@Injectable()
export class EvaluationService {
  private readonly logger = new Logger(EvaluationService.name);
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
    private readonly directory: MachineDirectory,
    private readonly presence: Presence,
    private readonly feed: ReadingFeed,
    private readonly planner: NotificationPlanner,
    private readonly evidence: EvidenceCollector,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {
    events.on('machine.deleted', ({ machine }) => feed.forget(machine));
  }

  /**
   * For one caller at a time: the leader's scheduler. A round that fails is done again whole. Rejects
   * with the signal's reason once `term` is over: then nothing was written, and the next leader reads
   * the same again.
   */
  async round(term: AbortSignal): Promise<void> {
    term.throwIfAborted();
    const now = this.clock.now();
    await this.takeOver(term, now);
    await this.presence.refresh();
    const machines = await this.directory.all();
    const rules = evaluated(await this.rules.all(), machines);
    const open = await this.alerts.open();
    const changes = new ChangeSet(randomUUID);
    const kept = endOrphans(open, rules, machines, changes, now);
    const news = await this.feed.read(
      rules.map(({ definition }) => definition),
      watchedMachines(rules),
      oldestCursors(kept),
      now,
      term,
    );
    const evaluation = new RuleEvaluation(
      news,
      (rule, machine) => this.offlineReadings(rule, machine, now),
      (machine) => this.presence.latenessMs(machine),
      (machine) => this.presence.slowByMs(machine),
      this.okCursors,
      changes,
      now,
    );
    const byRule = groupByRule(kept);
    for (const rule of rules) {
      evaluation.run(rule, byRule.get(rule.id) ?? new Map());
      await breathe();
      term.throwIfAborted();
    }
    this.touch(changes, now);
    const plan = await this.planner.plan(changes, kept, rules, now);
    await this.alerts.write(
      {
        inserts: changes.inserts,
        changes: changes.changes(),
        dropped: changes.dropped,
        ...plan,
      },
      term,
    );
    this.feed.commit(news);
    this.lastRound = now;
    await this.tell(changes, now);
  }

  private async takeOver(term: AbortSignal, now: number): Promise<void> {
    if (term === this.term && now - this.lastRound <= LONG_PAUSE_MS) {
      return;
    }
    this.feed.reset();
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

  private touch(changes: ChangeSet, now: number): void {
    const { touched } = changes;
    if (touched.length <= TOUCHED_ALWAYS || now - this.touchedAt >= TOUCH_ALL_MS) {
      this.touchedAt = now;
      touched.forEach((row) => {
        changes.touch(row);
      });
    }
  }

  /** After the commit; what it reads again includes what people did meanwhile. */
  private async tell(changes: ChangeSet, now: number): Promise<void> {
    this.evidence.want(changes.opened);
    const ids = [...new Set([...changes.fired, ...changes.resolved].map(({ id }) => id))];
    if (ids.length === 0) {
      return;
    }
    const rows = new Map((await this.alerts.byIds(ids)).map((row) => [row.id, row]));
    for (const { id } of changes.fired) {
      const row = rows.get(id);
      if (row) {
        this.events.publish('alert.opened', { alert: toAlert(row, now) });
      }
    }
    for (const { id } of changes.resolved) {
      const row = rows.get(id);
      if (row) {
        this.events.publish('alert.resolved', { alert: toAlert(row, now) });
      }
    }
    this.logger.log(`${changes.fired.length} alerts fired, ${changes.resolved.length} ended`);
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
  changes: ChangeSet,
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
