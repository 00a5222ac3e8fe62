/** The identity of this machine at its server, stored in the state folder. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../shared/errors.js';
import {
  makePrivateFolder,
  readJsonFile,
  removeFile,
  writeFileAtomically,
} from '../shared/files.js';

/** The result of a registration, bound to the server that issued it. */
export interface Identity {
  /** Origin and path of the server: the key is never sent to another one. */
  server: string;
  machineId: string;
  /** `null` if the server accepts samples without a key. */
  apiKey: string | null;
  /** Digest of what was last registered, to notice changes. */
  registered: string;
  /** Digest of the enrolment key that was used, so that a revoked machine does not use it again. */
  enrolledWith: string | null;
}

/** The identity as a file, written atomically and readable by its owner only. */
export class IdentityStore {
  readonly path: string;

  constructor(private readonly stateDir: string) {
    this.path = join(stateDir, 'identity.json');
  }

  /** The stored identity; `null` if there is none, it is damaged or it cannot be read. */
  load(): Identity | null {
    try {
      const stored = readJsonFile(this.path);
      return isIdentity(stored) ? stored : null;
    } catch (error) {
      if (errorCode(error) === '') throw error;
      return null;
    }
  }

  save(identity: Identity): void {
    makePrivateFolder(this.stateDir);
    writeFileAtomically(this.path, `${JSON.stringify(identity, null, 2)}\n`);
  }

  remove(): void {
    removeFile(this.path);
  }

  /** Changes whenever the file does; `null` if it cannot be read. */
  version(): string | null {
    try {
      const { mtimeMs, ino } = statSync(this.path);
      return `${ino}:${mtimeMs}`;
    } catch (error) {
      if (errorCode(error) === '') throw error;
      return null;
    }
  }
}

function isIdentity(value: unknown): value is Identity {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  return (
    typeof record.server === 'string' &&
    typeof record.machineId === 'string' &&
    (typeof record.apiKey === 'string' || record.apiKey === null) &&
    typeof record.registered === 'string' &&
    (typeof record.enrolledWith === 'string' || record.enrolledWith === null)
  );
}
