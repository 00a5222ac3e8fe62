/** Usage of filesystems, each and all together, from the results of statfs(2). */
import { statfs } from 'node:fs/promises';
import type { DeviceSample, MetricValues } from '../../../../src/contracts/index.js';
import { Unavailable } from '../../shared/errors.js';
import type { Reading } from './collector.js';
import type { DeviceReads } from './device-reads.js';

/** The part of the result of `fs.statfs` in use. */
export interface Statfs {
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
}

/** Reads the size and free space of one filesystem. */
export type CallStatfs = (path: string) => Promise<Statfs>;

/** The outcome for a filesystem; `stat` is `null` if it could not be read. */
export interface FilesystemAnswer {
  stat: Statfs | null;
  /** Why a readable filesystem does not answer. */
  problem?: string;
}

/** One filesystem with its outcome. */
export interface MeasuredFilesystem extends FilesystemAnswer {
  name: string;
  /** Counts towards the machine's `disk`. */
  local: boolean;
  /** Filesystems with the same pool share their free space, as ZFS datasets do. */
  pool: string | null;
}

/**
 * Reads a filesystem, which may hang. One that may not be read, or that has just been removed, is
 * listed without values.
 */
export async function statFilesystem(
  reads: DeviceReads,
  path: string,
  ask: CallStatfs = (at) => statfs(at),
): Promise<FilesystemAnswer> {
  try {
    return { stat: await reads.read({ device: path, path, read: () => ask(path) }) };
  } catch (error) {
    return error instanceof Unavailable ? { stat: null, problem: error.message } : { stat: null };
  }
}

/**
 * Bytes used and available to ordinary users, as `df` counts them. `null` if more is free than
 * exists.
 */
function bytesOf(stat: Statfs): { used: number; available: number } | null {
  const used = stat.blocks - stat.bfree;
  // Ordinary users have less than nothing if the space reserved for root is in use.
  const available = Math.max(0, signed(stat.bavail));
  if (used < 0 || used > stat.blocks || available > stat.blocks) return null;
  return { used: used * stat.bsize, available: available * stat.bsize };
}

/**
 * A negative count is returned as an unsigned 64-bit number; like `df`, this treats the top bit as
 * a sign.
 */
function signed(count: number): number {
  return count >= 2 ** 63 ? count - 2 ** 64 : count;
}

function percent(part: number, whole: number): number | null {
  return whole > 0 && part >= 0 && part <= whole ? (100 * part) / whole : null;
}

/** The list of devices. A filesystem without blocks has no usage. */
export function filesystemDevices(
  filesystems: readonly MeasuredFilesystem[],
): DeviceSample<'filesystem'>[] {
  return filesystems.map(({ name, stat }) => {
    const bytes = stat && bytesOf(stat);
    return {
      name,
      usage: bytes && percent(bytes.used, bytes.used + bytes.available),
      used_bytes: bytes ? bytes.used : null,
      total_bytes: stat && stat.blocks * stat.bsize,
      inodes_usage: stat && percent(stat.files - stat.ffree, stat.files),
    };
  });
}

/** `disk`: used / (used + available) over all local filesystems. */
export function diskUsage(filesystems: readonly MeasuredFilesystem[]): MetricValues['disk'] {
  let used = 0;
  let available = 0;
  const pools = new Map<string, number>();
  for (const { local, pool, stat } of filesystems) {
    const bytes = local && stat ? bytesOf(stat) : null;
    if (!bytes) continue;
    used += bytes.used;
    if (pool === null) available += bytes.available;
    else pools.set(pool, Math.max(pools.get(pool) ?? 0, bytes.available));
  }
  for (const shared of pools.values()) available += shared;
  return percent(used, used + available);
}

/** All filesystems, each and together, with a reason if there is no total. */
export function filesystemReading(filesystems: readonly MeasuredFilesystem[]): Reading {
  // A part of the filesystems would be taken for all of them.
  const problem = filesystems.find(({ local, problem }) => local && problem !== undefined)?.problem;
  const disk = problem === undefined ? diskUsage(filesystems) : null;
  return {
    metrics: { disk },
    devices: { filesystems: filesystemDevices(filesystems) },
    ...(disk === null ? { missing: { disk: problem ?? whyNoUsage(filesystems) } } : {}),
  };
}

function whyNoUsage(filesystems: readonly MeasuredFilesystem[]): string {
  const local = filesystems.filter((filesystem) => filesystem.local);
  if (local.length === 0) return 'no local filesystem on this machine';
  const names = local.map(({ name }) => name).join(', ');
  if (local.every(({ stat }) => stat === null))
    return `no local filesystem tells its size: ${names}`;
  return `the local filesystems tell no size that can be true: ${names}`;
}
