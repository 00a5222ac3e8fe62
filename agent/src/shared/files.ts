/** Small files, written atomically. */
import {
  closeSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './errors.js';

/** Writes `text` to `path` completely or not at all, readable by the folder's owner only. */
export function writeFileAtomically(path: string, text: string, durable = true): void {
  const temporary = `${path}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    giveToOwnerOf(dirname(path), descriptor);
    writeSync(descriptor, text);
    if (durable) fsyncSync(descriptor);
  } catch (error) {
    closeSync(descriptor);
    removeFile(temporary);
    throw error;
  }
  closeSync(descriptor);
  renameSync(temporary, path);
  if (durable) syncFolder(dirname(path));
}

/** A file that an administrator writes into the state folder must be readable by the service's user. */
function giveToOwnerOf(folder: string, descriptor: number): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  fchownSync(descriptor, uid, gid);
}

/** Makes a rename survive a power failure; Windows has no such call. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Creates a folder for its owner only; an existing one is left as it is. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Removes a file, if it exists. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** The JSON in a file; `undefined` if the file does not exist or is incomplete. */
export function readJsonFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
