/** How many devices of a kind a machine may have, and which of them are removed. */
import type { DeviceKind } from '../../contracts/index.js';
import type { DeviceName } from './devices.js';

/**
 * Limits for the devices of one kind of one machine. Containers create network interfaces with new
 * names all the time: beyond `kept`, the devices without data for the longest time are removed now
 * and then, with their history. Beyond `known`, which is reached only if names come faster, new
 * devices are not stored until then.
 */
export const DEVICE_LIMITS = { kept: 4_096, known: 8_192 } as const;

/** The id of a device that is not stored. */
export const NOT_STORED = 0;

/** Splits new devices by whether there is room; `counted` returns how many their machine has. */
export function admitDevices<row extends DeviceName>(
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

/** A device and the time of its last data in epoch milliseconds; `null` if it has none. */
export interface DeviceAge {
  id: number;
  kind: DeviceKind;
  last: number | null;
}

/** The ids of one machine's devices without data, and of those beyond the limit. */
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
