/** Evaluates rules on the new readings of many machines. On the path of every sample: keep it plain. */
import type { AlertRuleDefinition } from '../../contracts/index.js';
import type { MachineRow } from '../../machines/registry/machines.store.js';
import type { MachineReading } from '../../metrics/store/metrics-store.js';
import { type OpenAlert, openKey } from '../records/open-alert.js';
import type { AlertChangesBuilder } from './alert-changes.js';
import { stateOf } from './alert-state.js';
import { conditionOf } from './condition.js';
import { evaluate, isBreach, LATE_MS } from './evaluate.js';
import { columnOf, type ReadingsSince } from './readings.service.js';
import { type Condition, okState, type Reading, type SeriesState } from './series.js';

/** A rule as the evaluation needs it. */
export interface EvaluatedRule {
  id: string;
  revision: number;
  definition: AlertRuleDefinition;
  /** The machines that it covers now. */
  machines: readonly MachineRow[];
}

/** Reads the pseudo-metric `offline` of a machine; `null` if it never reported. */
export type OfflineReader = (rule: AlertRuleDefinition, machine: MachineRow) => Reading[] | null;

/** Open alerts of one rule, by machine. */
export type OpenByMachine = ReadonlyMap<number, readonly OpenAlert[]>;

interface Series {
  rule: EvaluatedRule;
  machine: MachineRow;
  device: OpenAlertDevice;
}
type OpenAlertDevice = { kind: NonNullable<OpenAlert['device_kind']>; name: string } | null;

const NO_ALERTS: readonly OpenAlert[] = [];

/** One evaluation of all rules at the time `now` (epoch milliseconds). */
export class RuleEvaluation {
  constructor(
    private readonly found: ReadingsSince,
    private readonly offline: OfflineReader,
    /** How late the newest samples of a machine come, which mostly is its clock; milliseconds. */
    private readonly latenessOf: (machine: number) => number,
    /** How slow the clock of a machine is known to be; milliseconds. */
    private readonly slowByOf: (machine: number) => number,
    /** Cursors of series without an open alert, where they matter; see EvaluationService. */
    private readonly okCursors: Map<string, number>,
    private readonly changes: AlertChangesBuilder,
    private readonly now: number,
  ) {}

  /** Takes in the new readings of every machine that `rule` covers; `open` are its open alerts there. */
  run(rule: EvaluatedRule, open: OpenByMachine): void {
    const { definition } = rule;
    const conditions = new Map<number, Condition>();
    for (const machine of rule.machines) {
      let condition = conditions.get(machine.interval_seconds);
      if (!condition) {
        condition = conditionOf(definition, machine.interval_seconds);
        conditions.set(machine.interval_seconds, condition);
      }
      const alerts = open.get(machine.key) ?? NO_ALERTS;
      if (definition.device) {
        this.devices(rule, machine, condition, alerts);
      } else {
        this.machine(rule, machine, condition, alerts[0]);
      }
    }
  }

  private machine(
    rule: EvaluatedRule,
    machine: MachineRow,
    condition: Condition,
    row: OpenAlert | undefined,
  ): void {
    const { metric } = rule.definition;
    const series = { rule, machine, device: null };
    if (metric === 'offline') {
      const readings = this.offline(rule.definition, machine);
      if (readings) {
        this.series(series, condition, row, readings);
      }
      return;
    }
    const column = (this.found.metrics as readonly string[]).indexOf(metric);
    const readings = this.found.byMachine.get(machine.key)?.readings;
    this.readings(series, condition, row, readings ?? [], column);
  }

  private devices(
    rule: EvaluatedRule,
    machine: MachineRow,
    condition: Condition,
    alerts: readonly OpenAlert[],
  ): void {
    const { device, metric } = rule.definition;
    if (!device) {
      return;
    }
    const column = (this.found.deviceMetrics as readonly string[]).indexOf(metric);
    const found = this.found.byMachine.get(machine.key)?.devices.get(device.kind);
    for (const [name, readings] of found ?? []) {
      if (device.name === undefined || device.name === name) {
        const row = alerts.find((alert) => alert.device_name === name);
        const series = { rule, machine, device: { kind: device.kind, name } };
        this.readings(series, condition, row, readings, column);
      }
    }
    for (const row of alerts) {
      const name = row.device_name ?? '';
      if (!found?.has(name)) {
        const series = { rule, machine, device: { kind: device.kind, name } };
        this.series(series, condition, row, []);
      }
    }
    const silent = device.name !== undefined && !found?.has(device.name) && alerts.length === 0;
    if (silent && device.name !== undefined && condition.missingData === 'fire') {
      const series = { rule, machine, device: { kind: device.kind, name: device.name } };
      this.series(series, condition, undefined, []);
    }
  }

  /** Most series are well and stay so: they end here, without a state. */
  private readings(
    series: Series,
    condition: Condition,
    row: OpenAlert | undefined,
    readings: readonly MachineReading[],
    column: number,
  ): void {
    if (!row && condition.missingData !== 'fire') {
      const wrong = readings.some(({ values }) => {
        const value = values[column];
        return (
          typeof value === 'number' && isBreach(condition.operator, value, condition.threshold)
        );
      });
      if (!wrong) {
        return;
      }
    }
    this.series(series, condition, row, columnOf(readings, column));
  }

  private series(
    { rule, machine, device }: Series,
    condition: Condition,
    row: OpenAlert | undefined,
    readings: readonly Reading[],
  ): void {
    const key = openKey(rule.id, machine.key, device);
    const before = row ? stateOf(row) : this.okStateOf(key, machine, condition);
    // A series goes by the clock of those who stamp it. What is late stays late, but for what a slow
    // clock makes look so.
    const ownClock = rule.definition.metric !== 'offline';
    const lateness = ownClock ? this.latenessOf(machine.key) : 0;
    const slowBy = ownClock ? this.slowByOf(machine.key) : 0;
    const { state, transitions } = evaluate(
      condition,
      before,
      readings,
      this.now - lateness,
      LATE_MS - lateness + slowBy,
    );
    this.changes.apply(row, state, transitions, () => ({
      rule_id: rule.id,
      rule_revision: rule.revision,
      rule: rule.definition,
      machine: machine.key,
      machine_id: machine.machine_id,
      machine_name: machine.machine_name,
      device_kind: device?.kind ?? null,
      device_name: device?.name ?? null,
      severity: rule.definition.severity,
    }));
    if (condition.missingData === 'fire' && state.phase === 'ok' && state.cursor !== null) {
      this.okCursors.set(key, state.cursor);
    }
  }

  private okStateOf(key: string, machine: MachineRow, condition: Condition): SeriesState {
    const cursor = this.okCursors.get(key) ?? null;
    // A series that may be missed counts from when this leader began to watch it.
    return okState(
      cursor ?? (condition.missingData === 'fire' ? this.startOf(key, machine) : null),
    );
  }

  private startOf(key: string, machine: MachineRow): number {
    const start = this.now - this.latenessOf(machine.key) - 1;
    this.okCursors.set(key, start);
    return start;
  }
}
