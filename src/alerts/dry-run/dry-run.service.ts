/** Answers how often a rule would have fired, from stored history. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { InvalidInputError } from '../../common/errors.js';
import { isoTime, isoTimeOrNull, parseTime } from '../../common/times.js';
import type {
  AlertRuleDefinition,
  DeviceKind,
  DeviceMetricName,
  DryRunAnswer,
  DryRunMachine,
  MetricName,
} from '../../contracts/index.js';
import { MachinesService } from '../../machines/machines.service.js';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import type { MachineRow } from '../../machines/registry/machines.store.js';
import { MetricsStore, type SeriesBuckets } from '../../metrics/store/metrics-store.js';
import { conditionOf } from '../evaluation/condition.js';
import type { Reading } from '../evaluation/series.js';
import { definitionOf } from '../rules/rule-check.js';
import { machinesInScope } from '../rules/scope.js';
import type { DryRunBodyDto } from './dry-run.dto.js';
import { absenceAfter, offlineHistory, type ReplayedAlert, replay } from './replay.js';

const HOUR_MS = 3_600_000;
const DEFAULT_RANGE_MS = 24 * HOUR_MS;
const MAX_RANGE_MS = 31 * DEFAULT_RANGE_MS;
/** Longer ranges are replayed from averages of minutes, those of days from five minutes. */
const SECONDS_UP_TO_MS = 6 * HOUR_MS;
const MINUTES_UP_TO_MS = 7 * DEFAULT_RANGE_MS;
const MAX_MACHINES = 500;
/** Alerts that are listed of one machine. */
const LISTED_ALERTS = 50;

type Device = { kind: DeviceKind; name: string } | null;

/** Reads history in steps, a few machines at a time, and replays it. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachineDirectoryService,
    private readonly registry: MachinesService,
    private readonly clock: Clock,
  ) {}

  /** Throws `alerts.invalid_rule`, `alerts.invalid_range`. */
  async run(body: DryRunBodyDto): Promise<DryRunAnswer> {
    const rule = definitionOf(body.rule);
    const range = this.rangeOf(body);
    const covered = machinesInScope(rule.scope, await this.machines.all());
    if (covered.length > MAX_MACHINES) {
      throw new InvalidInputError(
        'alerts.dry_run_too_large',
        `rule.scope covers ${covered.length} machines; name at most ${MAX_MACHINES}`,
      );
    }
    const machines: DryRunMachine[] = [];
    for (const machine of covered) {
      const replayed = await this.replayMachine(rule, machine, range);
      if (replayed.fired > 0) {
        machines.push(replayed);
      }
      await yieldToEventLoop();
    }
    machines.sort((a, b) => b.fired - a.fired);
    return {
      from: isoTime(range.from),
      to: isoTime(range.to),
      step_seconds: range.stepMs / 1_000,
      machines_covered: covered.length,
      fired: sum(machines.map(({ fired }) => fired)),
      firing_seconds: sum(machines.map(({ firing_seconds }) => firing_seconds)),
      machines,
    };
  }

  private rangeOf(body: DryRunBodyDto): Range {
    const now = this.clock.now();
    const to = Math.min(timeOf(body.to) ?? now, now);
    const from = timeOf(body.from) ?? to - DEFAULT_RANGE_MS;
    if (from >= to || to - from > MAX_RANGE_MS) {
      throw new InvalidInputError(
        'alerts.invalid_range',
        'from must be before to, and at most 31 days before it',
      );
    }
    const length = to - from;
    const stepMs =
      length <= SECONDS_UP_TO_MS ? 1_000 : length <= MINUTES_UP_TO_MS ? 60_000 : 300_000;
    return { from: Math.floor(from / stepMs) * stepMs, to, stepMs };
  }

  private async replayMachine(
    rule: AlertRuleDefinition,
    machine: MachineRow,
    range: Range,
  ): Promise<DryRunMachine> {
    const condition = conditionOf(rule, machine.interval_seconds);
    // Averages come once a step: that is no silence.
    condition.missingAfterMs = Math.max(condition.missingAfterMs, 3 * range.stepMs);
    const alerts: (ReplayedAlert & { device: Device })[] = [];
    for (const { device, readings } of await this.seriesOf(rule, machine, range)) {
      for (const alert of replay(condition, readings, range.to)) {
        alerts.push({ ...alert, device });
      }
    }
    alerts.sort((a, b) => a.firedAt - b.firedAt);
    return {
      machine_id: machine.machine_id,
      machine_name: machine.machine_name,
      fired: alerts.length,
      firing_seconds: Math.round(
        sum(alerts.map(({ firedAt, resolvedAt }) => (resolvedAt ?? range.to) - firedAt)) / 1_000,
      ),
      alerts: alerts.slice(0, LISTED_ALERTS).map(({ device, firedAt, resolvedAt, peak }) => ({
        device,
        fired_at: isoTime(firedAt),
        resolved_at: isoTimeOrNull(resolvedAt),
        peak_value: peak,
      })),
    };
  }

  private async seriesOf(
    rule: AlertRuleDefinition,
    machine: MachineRow,
    range: Range,
  ): Promise<{ device: Device; readings: Reading[] }[]> {
    const query = { ...range, tier: range.stepMs < 60_000 ? ('raw' as const) : ('1m' as const) };
    if (!rule.device) {
      const offline = rule.metric === 'offline';
      const metrics: MetricName[] = [offline ? 'cpu' : (rule.metric as MetricName)];
      const [series] = await this.store.machineBuckets({ ...query, keys: [machine.key], metrics });
      const silenceMs = Math.max(3_000 * machine.interval_seconds, 15_000, 2 * range.stepMs);
      const readings = offline
        ? offlineHistory(
            presentTimes(series, range),
            silenceMs,
            range.to,
            absenceAfter(rule, await this.registry.goodbyesOf(machine.key, range.from, range.to)),
          )
        : readingsOf(series, range);
      return [{ device: null, readings }];
    }
    const { kind, name } = rule.device;
    const devices = (await this.store.devices(machine.key, kind)).filter(
      (device) => name === undefined || device.name === name,
    );
    const list = await this.store.deviceBuckets({
      ...query,
      keys: devices.map(({ id }) => id),
      metrics: [rule.metric as DeviceMetricName],
    });
    return devices.map((device) => ({
      device: { kind, name: device.name },
      readings: readingsOf(
        list.find(({ key }) => key === device.id),
        range,
      ),
    }));
  }
}

interface Range {
  from: number;
  to: number;
  stepMs: number;
}

/** Starts of the steps that have samples. */
function presentTimes(series: SeriesBuckets | undefined, { from, stepMs }: Range): number[] {
  const times: number[] = [];
  series?.present.forEach((present, step) => {
    if (present === 1) {
      times.push(from + step * stepMs);
    }
  });
  return times;
}

/** Averages of the first metric. */
function readingsOf(series: SeriesBuckets | undefined, range: Range): Reading[] {
  return presentTimes(series, range).map((timestamp) => {
    const step = (timestamp - range.from) / range.stepMs;
    const sum = series?.columns[0]?.sum[step] ?? 0;
    const count = series?.columns[0]?.count[step] ?? 0;
    return { timestamp, value: count > 0 ? sum / count : null };
  });
}

function timeOf(input: string | number | undefined): number | null {
  return input === undefined ? null : parseTime(input);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
