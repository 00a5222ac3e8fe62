/** The data directory (0700) and the secrets that are generated into it (0600). */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../common/errors.js';

const OUR_FILES = new Set(['procspy.db', 'jwt-secret', 'enrollment-key']);

/** Creates the data directory if needed; throws StartError if it cannot be written. */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (isOurs(dataDir)) {
      chmodSync(dataDir, 0o700);
    }
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    unlinkSync(probe);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartError(
      `PROCSPY_DATA_DIR: cannot write to ${dataDir} (${code ?? message}); for example: PROCSPY_DATA_DIR=/var/lib/procspy`,
    );
  }
}

/** New, or used by procspy before; a folder with anything else in it keeps its mode. */
function isOurs(dataDir: string): boolean {
  const entries = readdirSync(dataDir);
  return entries.length === 0 || entries.some((name) => OUR_FILES.has(name));
}

/** Reads the secret `name`, generating 32 random bytes (hex) the first time. Safe against races. */
export function readOrCreateSecret(dataDir: string, name: string): string {
  const file = join(dataDir, name);
  const existing = readIfThere(file);
  if (existing) {
    return existing;
  }
  const draft = join(dataDir, `.${name}-${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(draft, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
