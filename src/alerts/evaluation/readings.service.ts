/** What arrived since the last evaluation, for the machines and metrics that rules ask for. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  type AlertRuleDefinition,
  DEVICE_METRIC_NAMES,
  type DeviceKind,
  type DeviceMetricName,
  isMetricName,
  METRIC_NAMES,
  type MetricName,
} from '../../contracts/index.js';
import { PresenceService } from '../../machines/presence/presence.service.js';
import {
  type MachineReading,
  MetricsStore,
  type ReadCursor,
} from '../../metrics/store/metrics-store.js';
import type { Reading } from './series.js';

/** Older samples are not read on. */
export const LOOKBACK_MS = 10 * 60_000;
/** How far back a leader that has just taken over looks at machines without an open alert. */
const TAKE_OVER_MS = 60_000;
/** Machines of one read: on SQLite a read holds up everything else. */
const CHUNK_MACHINES = 500;
/** Samples of agents whose clock is further ahead wait for their time. */
const AHEAD_MS = 60_000;

/** New readings of one machine. */
export interface NewReadings {
  readings: MachineReading[];
  /** By kind and name. */
  devices: Map<DeviceKind, Map<string, MachineReading[]>>;
}

/** What one read found. */
export interface ReadingsSince {
  byMachine: Map<number, NewReadings>;
  metrics: readonly MetricName[];
  deviceMetrics: readonly DeviceMetricName[];
  /** Where the next read continues. */
  cursors: Map<number, number>;
}

/** Reads on from where the last evaluation ended. */
@Injectable()
export class ReadingsService {
  /** Time of the last sample that was read of each machine. */
  private cursors = new Map<number, number>();

  constructor(
    private readonly store: MetricsStore,
    private readonly presence: PresenceService,
  ) {}

  /** Forgets the cursors: another leader may have evaluated meanwhile. */
  reset(): void {
    this.cursors.clear();
  }

  /**
   * What is new of `machines` for `rules`; the same again until `commit`. `open` are the cursors
   * of open alerts by machine: their series go on from there after a change of leaders. Rejects
   * between two reads once `term` is over.
   */
  async read(
    rules: readonly AlertRuleDefinition[],
    machines: readonly number[],
    open: ReadonlyMap<number, number>,
    now: number,
    term: AbortSignal,
  ): Promise<ReadingsSince> {
    const { metrics, kinds, deviceMetrics } = wanted(rules);
    const found: ReadingsSince = {
      byMachine: new Map(),
      metrics,
      deviceMetrics,
      cursors: new Map(),
    };
    if (machines.length === 0 || (metrics.length === 0 && kinds.length === 0)) {
      return found;
    }
    const cursors = machines.map((machine) => ({
      machine,
      after: Math.max(
        this.cursors.get(machine) ?? Math.min(open.get(machine) ?? now, this.start(machine, now)),
        now - this.presence.slowByMs(machine) - LOOKBACK_MS,
      ),
    }));
    for (let start = 0; start < cursors.length; start += CHUNK_MACHINES) {
      const chunk = cursors.slice(start, start + CHUNK_MACHINES);
      await this.readMachines(chunk, found, now);
      term.throwIfAborted();
      if (kinds.length > 0) {
        await this.readDevices(chunk, kinds, found);
      }
      await yieldToEventLoop();
      term.throwIfAborted();
    }
    return found;
  }

  /** What was found was evaluated, and what it changed is stored. */
  commit(found: ReadingsSince): void {
    for (const [machine, cursor] of found.cursors) {
      this.cursors.set(machine, cursor);
    }
  }

  /** Forgets a machine that was deleted. */
  forget(machineKey: number): void {
    this.cursors.delete(machineKey);
  }

  /** Where a leader that has just taken over begins, by the machine's clock. */
  private start(machineKey: number, now: number): number {
    return now - this.presence.latenessMs(machineKey) - TAKE_OVER_MS;
  }

  private async readMachines(
    cursors: readonly ReadCursor[],
    found: ReadingsSince,
    now: number,
  ): Promise<void> {
    const until = now + AHEAD_MS;
    for (const reading of await this.store.machineReadings(cursors, found.metrics, until)) {
      let machine = found.byMachine.get(reading.machine);
      if (!machine) {
        machine = { readings: [], devices: new Map() };
        found.byMachine.set(reading.machine, machine);
      }
      machine.readings.push(reading);
      found.cursors.set(reading.machine, reading.timestamp);
    }
  }

  /** Only of the samples that were read, so that none is read twice. */
  private async readDevices(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    found: ReadingsSince,
  ): Promise<void> {
    const withReadings = cursors.filter(({ machine }) => found.cursors.has(machine));
    if (withReadings.length === 0) {
      return;
    }
    const until = Math.max(...withReadings.map(({ machine }) => found.cursors.get(machine) ?? 0));
    const readings = await this.store.deviceReadings(
      withReadings,
      kinds,
      found.deviceMetrics,
      until,
    );
    for (const reading of readings) {
      const machine = found.byMachine.get(reading.machine);
      if (!machine || reading.timestamp > (found.cursors.get(reading.machine) ?? 0)) {
        continue;
      }
      const ofKind = machine.devices.get(reading.kind) ?? new Map<string, MachineReading[]>();
      machine.devices.set(reading.kind, ofKind);
      const ofDevice = ofKind.get(reading.name);
      if (ofDevice) {
        ofDevice.push(reading);
      } else {
        ofKind.set(reading.name, [reading]);
      }
    }
  }
}

/** One column of readings. */
export function columnOf(readings: readonly MachineReading[], column: number): Reading[] {
  return readings.map(({ timestamp, values }) => ({ timestamp, value: values[column] ?? null }));
}

/** Metrics and devices that the rules ask for, in catalogue order. */
function wanted(rules: readonly AlertRuleDefinition[]) {
  const names = new Set<string>();
  const kinds = new Set<DeviceKind>();
  const deviceNames = new Set<string>();
  for (const { metric, device } of rules) {
    if (device) {
      kinds.add(device.kind);
      deviceNames.add(metric);
    } else if (isMetricName(metric)) {
      names.add(metric);
    }
  }
  return {
    metrics: METRIC_NAMES.filter((name) => names.has(name)),
    kinds: [...kinds],
    deviceMetrics: DEVICE_METRIC_NAMES.filter((name) => deviceNames.has(name)),
  };
}
