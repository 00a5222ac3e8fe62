/** How many devices of a kind a machine may have, and which of them go. */
import { Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { DEVICE_CATALOG, type DeviceKind } from '../../contracts/index.js';
import type { DeviceRow } from './devices.js';

/**
 * Devices of one kind of one machine. Containers make network interfaces with new names for ever:
 * past `kept` those that are silent for longest are removed now and then, with their history; past
 * `known`, which takes names that come faster, new ones are not stored until then.
 */
export const DEVICE_LIMITS = { kept: 4_096, known: 8_192 } as const;

/** Stands for the id of a device that is not stored. */
export const NOT_STORED = 0;

const logger = new Logger('Devices');
const droppedDevices = new Counter({
  name: 'procspy_devices_dropped_total',
  help: 'New devices that were not stored because their machine has too many of their kind.',
  labelNames: ['kind'] as const,
});

/** Splits new devices by whether there is room; `counted` tells how many their machine has. */
export function admitDevices<row extends Omit<DeviceRow, 'timestamp' | 'values'>>(
  rows: readonly row[],
  counted: (machine: number, kind: DeviceKind) => number,
): { admitted: row[]; refused: row[] } {
  const admitted: row[] = [];
  const refused: row[] = [];
  const counts = new Map<string, number>();
  for (const row of rows) {
    const { machine, kind } = row;
    const count = counts.get(`${machine}/${kind}`) ?? counted(machine, kind);
    const hasRoom = count < DEVICE_LIMITS.known;
    counts.set(`${machine}/${kind}`, hasRoom ? count + 1 : count);
    (hasRoom ? admitted : refused).push(row);
  }
  return { admitted, refused };
}

/** Tells people of devices that are not stored. */
export function reportRefused(rows: readonly Pick<DeviceRow, 'machine' | 'kind'>[]): void {
  const counts = new Map<string, number>();
  for (const { machine, kind } of rows) {
    droppedDevices.inc({ kind });
    const what = `devices.${DEVICE_CATALOG[kind].list} of the machine with the internal key ${machine}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  for (const [what, count] of counts) {
    logger.warn(`${what}: ${DEVICE_LIMITS.known} are known, ${count} new ones are not stored`);
  }
}

/** A device and when it last had data, epoch milliseconds; `null` if nothing of it is left. */
export interface DeviceAge {
  id: number;
  kind: DeviceKind;
  last: number | null;
}

/** Of one machine's devices, those that have no data and those that are too many. */
export function devicesToForget(devices: readonly DeviceAge[]): {
  empty: number[];
  surplus: number[];
} {
  const empty = devices.filter(({ last }) => last === null);
  const alive = devices.filter(({ last }) => last !== null);
  alive.sort((one, other) => (other.last ?? 0) - (one.last ?? 0) || other.id - one.id);
  const counts = new Map<DeviceKind, number>();
  const surplus = alive.filter(({ kind }) => {
    const rank = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, rank);
    return rank > DEVICE_LIMITS.kept;
  });
  return { empty: empty.map(({ id }) => id), surplus: surplus.map(({ id }) => id) };
}
