/** How full filesystems are, each and all together, from what statfs(2) answers. */
import { statfs } from 'node:fs/promises';
import type { DeviceSample, MetricValues } from '../../../../src/contracts/index.js';
import { Unavailable } from '../../shared/errors.js';
import type { Reading } from './collector.js';
import type { DeviceReads } from './device-reads.js';

/** What `fs.statfs` answers, as far as it is used. */
export interface Statfs {
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
}

/** Asks one filesystem for its sizes. */
export type CallStatfs = (path: string) => Promise<Statfs>;

/** What asking a filesystem came to; `stat` is `null` if it could not be asked. */
export interface FilesystemAnswer {
  stat: Statfs | null;
  /** Why it does not answer, though it may be asked. */
  problem?: string;
}

/** One filesystem with its answer. */
export interface MeasuredFilesystem extends FilesystemAnswer {
  name: string;
  /** Counts towards the machine's `disk`. */
  local: boolean;
  /** Filesystems with the same pool share their free space, as ZFS datasets do. */
  pool: string | null;
}

/**
 * Asks a filesystem, which may hang. One that may not be asked, or that has just gone, is listed without
 * values.
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
 * Used, and available to ordinary users, in bytes: `df` counts the same way. `null` if more is free than
 * there is.
 */
function bytesOf(stat: Statfs): { used: number; available: number } | null {
  const used = stat.blocks - stat.bfree;
  // What is kept for root may be in use already: then ordinary users have less than nothing.
  const available = Math.max(0, signed(stat.bavail));
  if (used < 0 || used > stat.blocks || available > stat.blocks) return null;
  return { used: used * stat.bsize, available: available * stat.bsize };
}

/** A count below zero arrives as an unsigned number of 64 bits; `df`, too, takes the top bit as a sign. */
function signed(count: number): number {
  return count >= 2 ** 63 ? count - 2 ** 64 : count;
}

function percent(part: number, whole: number): number | null {
  return whole > 0 && part >= 0 && part <= whole ? (100 * part) / whole : null;
}

/** The devices list. A filesystem without blocks of its own has no usage. */
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

/** All filesystems, each and together, with the reason if they have no usage in common. */
export function filesystemReading(filesystems: readonly MeasuredFilesystem[]): Reading {
  // A part of the disks would pass for the whole.
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
