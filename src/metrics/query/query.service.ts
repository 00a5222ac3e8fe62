/** Answers history: which tier, which step, and the columns. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { InvalidInputError, NotFoundError } from '../../common/errors.js';
import { isoTime, parseTime } from '../../common/times.js';
import { ServerConfig } from '../../config/server-config.js';
import {
  DEVICE_CATALOG,
  type DeviceHistory,
  type FleetHistory,
  type HistoryRange,
  type MetricHistory,
  QUERY_LIMITS,
  type Tier,
} from '../../contracts/index.js';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import { MetricsStore, type SeriesBuckets } from '../store/metrics-store.js';
import { columnsOf, timeAxis } from './columns.js';
import type { DevicesQuery, FleetQuery, MetricsQuery, RangeQuery } from './history-query.dto.js';
import { chooseResolution, type Resolution } from './resolution.js';

const DEFAULT_RANGE_MS = 3_600_000;

/** Reads history for controllers, rules and exports. */
@Injectable()
export class QueryService {
  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachineDirectoryService,
    private readonly config: ServerConfig,
    private readonly clock: Clock,
  ) {}

  /** History of one machine; throws NotFoundError, InvalidInputError. */
  async machineHistory(machineId: string, query: MetricsQuery): Promise<MetricHistory> {
    const machine = await this.machine(machineId);
    const resolution = this.resolve(query, machine.interval_seconds);
    const [series] = await this.store.machineBuckets({
      ...resolution,
      keys: [machine.machineKey],
      metrics: query.metrics,
    });
    return {
      machine_id: machine.machine_id,
      ...describe(resolution),
      columns: {
        timestamp: timeAxis(resolution),
        ...columnsOf(series, query.metrics, resolution),
      },
    };
  }

  /** History of several machines on one time axis; throws NotFoundError naming those unknown. */
  async fleetHistory(query: FleetQuery): Promise<FleetHistory> {
    const ids = query.machine_ids.map((id) => id.toLowerCase());
    const known = await this.machines.resolveMany(ids);
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      throw new NotFoundError('machines.not_found', `machine_ids: unknown ${unknown.join(', ')}`);
    }
    const found = [...new Set(ids)].flatMap((id) => known.get(id) ?? []);
    const slowest = Math.max(...found.map(({ interval_seconds }) => interval_seconds));
    const resolution = this.resolve(query, slowest);
    refuseTooMany(found.length, query.metrics.length, resolution);
    const series = byKey(
      await this.store.machineBuckets({
        ...resolution,
        keys: found.map(({ machineKey: machine }) => machine),
        metrics: query.metrics,
      }),
    );
    return {
      ...describe(resolution),
      timestamp: timeAxis(resolution),
      machines: found.map(({ machineKey: machine, machine_id }) => ({
        machine_id,
        columns: columnsOf(series.get(machine), query.metrics, resolution),
      })),
    };
  }

  /** History of a machine's devices of one kind; throws NotFoundError, InvalidInputError. */
  async deviceHistory(machineId: string, query: DevicesQuery): Promise<DeviceHistory> {
    const machine = await this.machine(machineId);
    const resolution = this.resolve(query, machine.interval_seconds);
    const { metrics } = DEVICE_CATALOG[query.kind];
    const devices = await this.store.devices(machine.machineKey, query.kind, resolution.from);
    refuseTooMany(devices.length, metrics.length, resolution);
    const series = byKey(
      await this.store.deviceBuckets({
        ...resolution,
        keys: devices.map(({ id }) => id),
        metrics: [...metrics],
      }),
    );
    return {
      machine_id: machine.machine_id,
      kind: query.kind,
      ...describe(resolution),
      timestamp: timeAxis(resolution),
      devices: devices
        .filter(({ id }) => series.get(id)?.present.includes(1))
        .map(({ id, name }) => ({
          name,
          columns: columnsOf(series.get(id), [...metrics], resolution),
        })),
    };
  }

  /** The machine, or NotFoundError. */
  async machine(machineId: string) {
    const machine = await this.machines.resolve(machineId.toLowerCase());
    if (!machine) {
      throw new NotFoundError('machines.not_found', 'no machine has this id');
    }
    return machine;
  }

  /** Oldest raw time that pushes may have and exports can find. */
  oldestRaw(): number {
    return Math.max(this.clock.now() - this.config.retention.raw, this.store.rawHorizon());
  }

  private resolve(query: RangeQuery, intervalSeconds: number): Resolution {
    const now = this.clock.now();
    const to = timeOf(query.to) ?? now;
    const from = timeOf(query.from) ?? to - DEFAULT_RANGE_MS;
    if (from >= to) {
      throw new InvalidInputError('metrics.invalid_range', 'from must be before to');
    }
    if (to > now + QUERY_LIMITS.maxRangeMs) {
      throw new InvalidInputError(
        'metrics.invalid_range',
        'to must not be more than ten years ahead',
      );
    }
    if (to - from > QUERY_LIMITS.maxRangeMs) {
      throw new InvalidInputError('metrics.range_too_long', 'the range must not exceed ten years');
    }
    const { retention } = this.config;
    const oldest: Record<Tier, number> = {
      raw: this.oldestRaw(),
      '1m': Math.max(now - retention['1m'], this.store.minuteHorizon()),
      '1h': now - retention['1h'],
    };
    const intervalMs = intervalSeconds * 1_000;
    return chooseResolution({ from, to, points: query.points, intervalMs, oldest });
  }
}

/** An answer is built in memory: its size is bounded. */
function refuseTooMany(series: number, metrics: number, { from, to, stepMs }: Resolution): void {
  if (series * metrics * ((to - from) / stepMs) > QUERY_LIMITS.maxValues) {
    throw new InvalidInputError(
      'metrics.too_many_values',
      `the answer would have more than ${QUERY_LIMITS.maxValues} values; ask for fewer points, metrics or machines, or a shorter range`,
    );
  }
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : parseTime(text);
}

function describe({ from, to, stepMs, tier }: Resolution): HistoryRange {
  return { from: isoTime(from), to: isoTime(to), step_seconds: stepMs / 1_000, tier };
}

function byKey(list: readonly SeriesBuckets[]): Map<number, SeriesBuckets> {
  return new Map(list.map((series) => [series.key, series]));
}
