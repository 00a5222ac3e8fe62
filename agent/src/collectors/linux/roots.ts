/** Where Linux shows its values; tests point these at recorded trees. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../../errors.js';

/** Root folders of the pseudo filesystems. */
export interface Roots {
  proc: string;
  sys: string;
  etc: string;
}

/** The live system. */
export const SYSTEM_ROOTS: Roots = { proc: '/proc', sys: '/sys', etc: '/etc' };

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

/** Number in a small file; `null` if there is none. */
export function readNumber(path: string): number | null {
  const text = readText(path);
  if (text === null || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Last part of a symbolic link's target; `null` if `path` is no link. */
export function linkName(path: string): string | null {
  try {
    return readlinkSync(path).split('/').pop() ?? null;
  } catch (error) {
    if (errorCode(error) !== '') return null;
    throw error;
  }
}
