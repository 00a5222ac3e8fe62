/** Where Linux shows its values; tests point these at recorded trees. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statfsSync,
} from 'node:fs';
import { join, normalize } from 'node:path';
import { errorCode } from './errors.js';

/** Root folders of the pseudo filesystems of one machine. */
export interface Roots {
  proc: string;
  sys: string;
  etc: string;
  /** Where the machine's root is mounted; `null` if it is the root of this process. */
  host: string | null;
  /** True for a copy of a machine's files: there is nothing behind them that a system call could ask. */
  recorded: boolean;
  /** Folder of the machine's network tables (proc_pid_net(5)). */
  net: string;
  mountinfo: string;
}

/**
 * The system as this process sees it: `/proc/net` follows the thread that opens it, where `/proc/1` would
 * be another container's.
 */
export const SYSTEM_ROOTS: Roots = {
  proc: '/proc',
  sys: '/sys',
  etc: '/etc',
  host: null,
  recorded: false,
  net: '/proc/net',
  mountinfo: '/proc/self/mountinfo',
};

/** Type of the proc filesystem in statfs(2). */
const PROC_SUPER_MAGIC = 0x9fa0;
/** As many symbolic links as the kernel follows. */
const MOST_LINKS = 40;

/**
 * The roots of the machine whose root is mounted at `host`. Its interfaces and mounts are those of its
 * process 1: `self` is the agent, which has those of its container.
 */
export function rootsOf(host: string | null): Roots {
  if (host === null || host === '/') return SYSTEM_ROOTS;
  const proc = join(host, 'proc');
  const recorded = !existsSync(proc) || statfsSync(proc).type !== PROC_SUPER_MAGIC;
  const file = (ofInit: string, own: string) =>
    join(proc, recorded && !existsSync(join(proc, ofInit)) ? own : ofInit);
  return {
    proc,
    sys: join(host, 'sys'),
    etc: join(host, 'etc'),
    host,
    recorded,
    net: file('1/net', 'net'),
    mountinfo: file('1/mountinfo', 'self/mountinfo'),
  };
}

/** Follows symbolic links of the host as the host would: an absolute one starts at the host's root. */
export function resolveInHost(host: string, path: string): string {
  let resolved = '/';
  const rest = path.split('/').filter(Boolean);
  for (let links = 0; rest.length > 0; ) {
    const next = normalize(join(resolved, rest.shift() ?? ''));
    const target = linkTarget(join(host, next));
    if (target === null || links === MOST_LINKS) {
      resolved = next;
      continue;
    }
    links += 1;
    if (target.startsWith('/')) resolved = '/';
    rest.unshift(...target.split('/').filter(Boolean));
  }
  return join(host, resolved);
}

/** Text of a file below the machine's root, such as `etc/passwd`; `null` if it cannot be read. */
export function readMachineText(roots: Roots, path: string): string | null {
  return readText(hostFile(roots, path));
}

/** Where a file below the machine's root lies for this process. */
export function hostFile(roots: Roots, path: string): string {
  if (roots.host !== null) return resolveInHost(roots.host, path);
  return path.startsWith('etc/') ? join(roots.etc, path.slice(4)) : `/${path}`;
}

const ABSENT = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENODEV',
  'ENXIO',
  'EACCES',
  'EPERM',
  'EINVAL',
  'EIO',
]);

/** Names in a folder; empty if it does not exist or may not be read. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (ABSENT.has(errorCode(error))) return [];
    throw error;
  }
}

/** Trimmed text of a small file; `null` if it cannot be read, as sysfs attributes often cannot. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) !== '') return null;
    throw error;
  }
}

/** The number that a text consists of; `null` if it is none. */
export function numberIn(text: string): number | null {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed !== '' && Number.isFinite(value) ? value : null;
}

/** Where a path leads in the end, past symbolic links; the path itself if it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) !== '') return path;
    throw error;
  }
}

/** Last part of a symbolic link's target; `null` if `path` is no link. */
export function linkName(path: string): string | null {
  return linkTarget(path)?.split('/').pop() ?? null;
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== '') return null;
    throw error;
  }
}
