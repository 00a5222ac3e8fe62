/** Answers history: which tier, which step, and the columns. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { InvalidInputError, NotFoundError } from '../../common/errors.js';
import { parseTime } from '../../common/times.js';
import { ServerConfig } from '../../config/server-config.js';
import { DEVICE_CATALOG, QUERY_LIMITS, type Tier } from '../../contracts/index.js';
import {
  MachineDirectoryService,
  type MachineRef,
} from '../../machines/registry/machine-directory.service.js';
import { MetricsStore, type SeriesBuckets } from '../store/metrics-store.js';
import { deviceHistoryJson, fleetHistoryJson, machineHistoryJson } from './history-json.js';
import type { DevicesQuery, FleetQuery, MetricsQuery, RangeQuery } from './history-query.dto.js';
import { chooseResolution, type Resolution } from './resolution.js';

const DEFAULT_RANGE_MS = 3_600_000;
/** Machines that are read at a time: an answer is bounded by its values, what is read for it by this. */
const MACHINES_PER_READ = 100;

/** Reads history for controllers, rules and exports. */
@Injectable()
export class QueryService {
  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachineDirectoryService,
    private readonly config: ServerConfig,
    private readonly clock: Clock,
  ) {}

  /** MetricHistory of one machine as JSON; throws NotFoundError, InvalidInputError. */
  async machineHistory(machineId: string, query: MetricsQuery): Promise<Buffer> {
    const machine = await this.machine(machineId);
    const resolution = this.resolve(query, machine.interval_seconds);
    const { metrics } = query;
    const [buckets] = await this.store.machineBuckets({
      ...resolution,
      keys: [machine.machineKey],
      metrics,
    });
    return machineHistoryJson(machine, resolution, { metrics, buckets });
  }

  /**
   * FleetHistory of several or all machines as JSON; throws NotFoundError naming those unknown,
   * InvalidInputError.
   */
  async fleetHistory(query: FleetQuery): Promise<Buffer> {
    const { machine_ids, metrics } = query;
    const found = machine_ids === 'all' ? await this.allMachines() : await this.named(machine_ids);
    const resolution = this.resolve(query, commonInterval(found, machine_ids === 'all'));
    refuseTooMany(found.length, metrics.length, resolution);
    const buckets = new Map<number, SeriesBuckets>();
    for (let start = 0; start < found.length; start += MACHINES_PER_READ) {
      const keys = found
        .slice(start, start + MACHINES_PER_READ)
        .map(({ machineKey }) => machineKey);
      for (const series of await this.store.machineBuckets({ ...resolution, keys, metrics })) {
        buckets.set(series.key, series);
      }
    }
    return fleetHistoryJson(
      resolution,
      found.map(({ machineKey, machine_id }) => ({
        machine_id,
        metrics,
        buckets: buckets.get(machineKey),
      })),
    );
  }

  /** DeviceHistory of a machine's devices of one kind as JSON; throws NotFoundError, InvalidInputError. */
  async deviceHistory(machineId: string, query: DevicesQuery): Promise<Buffer> {
    const machine = await this.machine(machineId);
    const resolution = this.resolve(query, machine.interval_seconds);
    const { kind } = query;
    const { metrics } = DEVICE_CATALOG[kind];
    const devices = await this.store.devices(machine.machineKey, kind, resolution.from);
    refuseTooMany(devices.length, metrics.length, resolution);
    const buckets = byKey(
      await this.store.deviceBuckets({
        ...resolution,
        keys: devices.map(({ id }) => id),
        metrics: [...metrics],
      }),
    );
    return deviceHistoryJson(
      { machine_id: machine.machine_id, kind },
      resolution,
      devices
        .map(({ id, name }) => ({ name, metrics, buckets: buckets.get(id) }))
        .filter((device) => device.buckets?.present.includes(1)),
    );
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

  private async named(machineIds: readonly string[]): Promise<MachineRef[]> {
    const ids = [...new Set(machineIds.map((id) => id.toLowerCase()))];
    const known = await this.machines.resolveMany(ids);
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      throw new NotFoundError('machines.not_found', `machine_ids: unknown ${unknown.join(', ')}`);
    }
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  private async allMachines(): Promise<MachineRef[]> {
    const rows = await this.machines.all();
    return rows.map(({ key, machine_id, interval_seconds }) => ({
      machineKey: key,
      machine_id,
      interval_seconds,
    }));
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

/**
 * The interval in seconds that a common axis goes by: the slowest of machines that were chosen, so that
 * none shows holes, and the median of a whole fleet, where one slow machine should not decide for all.
 */
function commonInterval(machines: readonly MachineRef[], isWholeFleet: boolean): number {
  const intervals = machines.map((machine) => machine.interval_seconds).sort((a, b) => a - b);
  return intervals[isWholeFleet ? intervals.length >> 1 : intervals.length - 1] ?? 0;
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

function byKey(list: readonly SeriesBuckets[]): Map<number, SeriesBuckets> {
  return new Map(list.map((series) => [series.key, series]));
}
