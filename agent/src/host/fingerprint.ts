/** A stable, opaque identifier of this host that survives a reinstallation of the agent. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../shared/errors.js';
import { makePrivateFolder, writeFileAtomically } from '../shared/files.js';
import { type Roots, readMachineText, SYSTEM_ROOTS } from '../shared/roots.js';

/** Salt of the hash, so that it cannot be matched with other software's hashes of the host's id. */
const SALT = 'procspy';

/** SHA-256 of the host's id, in hexadecimal. */
export function fingerprintOf(hostId: string): string {
  return createHash('sha256').update(`${SALT}:${hostId.trim()}`).digest('hex');
}

/** The fingerprint to register with: from the settings, else the host's id, else a stored random id. */
export function readFingerprint(
  given: string | null,
  hostId: string | null,
  stateDir: string,
): string | null {
  if (given !== null) return fingerprintOf(given);
  return hostId === null ? keptRandom(stateDir) : fingerprintOf(hostId);
}

/** The id of a Linux host (machine-id(5)); `null` in containers that have none. */
export function linuxHostId(roots: Roots = SYSTEM_ROOTS): string | null {
  for (const path of ['etc/machine-id', 'var/lib/dbus/machine-id']) {
    const text = readMachineText(roots, path) ?? '';
    if (/^[0-9a-f]{32}$/i.test(text)) return text;
  }
  return null;
}

/** A random id stored in the state folder; `null` if it cannot be stored, since it would not be stable. */
function keptRandom(stateDir: string): string | null {
  const path = join(stateDir, 'host-id');
  const kept = readOrNull(path)?.trim();
  if (kept) return fingerprintOf(kept);
  const fresh = randomUUID();
  try {
    makePrivateFolder(stateDir);
    writeFileAtomically(path, `${fresh}\n`);
  } catch (error) {
    if (errorCode(error) !== '') return null;
    throw error;
  }
  return fingerprintOf(fresh);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) !== '') return null;
    throw error;
  }
}
