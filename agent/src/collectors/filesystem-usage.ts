/** How full filesystems are, each and all together, from what statfs(2) answers. */
import type { DeviceSample, MetricValues } from '../../../src/contracts/index.js';

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
export type AskStatfs = (path: string) => Promise<Statfs>;

/** One filesystem with its answer; `null` if it could not be asked. */
export interface MeasuredFilesystem {
  name: string;
  /** Counts towards the machine's `disk`. */
  local: boolean;
  /** Filesystems with the same pool share their free space, as ZFS datasets do. */
  pool: string | null;
  stat: Statfs | null;
}

/** Used, and available to ordinary users, in bytes: `df` counts the same way. */
function bytesOf(stat: Statfs): { used: number; available: number } {
  return {
    used: Math.max(0, stat.blocks - stat.bfree) * stat.bsize,
    available: Math.max(0, stat.bavail) * stat.bsize,
  };
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(100, (100 * part) / whole) : null;
}

/** The devices list. A filesystem without blocks of its own has no usage. */
export function filesystemDevices(
  filesystems: readonly MeasuredFilesystem[],
): DeviceSample<'filesystem'>[] {
  return filesystems.map(({ name, stat }) => {
    if (!stat) {
      return { name, usage: null, used_bytes: null, total_bytes: null, inodes_usage: null };
    }
    const { used, available } = bytesOf(stat);
    return {
      name,
      usage: percent(used, used + available),
      used_bytes: used,
      total_bytes: stat.blocks * stat.bsize,
      inodes_usage: percent(stat.files - stat.ffree, stat.files),
    };
  });
}

/** `disk`: used / (used + available) over all local filesystems. */
export function diskUsage(filesystems: readonly MeasuredFilesystem[]): MetricValues['disk'] {
  let used = 0;
  let available = 0;
  const pools = new Map<string, number>();
  for (const { local, pool, stat } of filesystems) {
    if (!local || !stat) continue;
    const bytes = bytesOf(stat);
    used += bytes.used;
    if (pool === null) available += bytes.available;
    else pools.set(pool, Math.max(pools.get(pool) ?? 0, bytes.available));
  }
  for (const shared of pools.values()) available += shared;
  return percent(used, used + available);
}
