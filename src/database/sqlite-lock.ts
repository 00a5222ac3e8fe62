/** Refuses a second server on the same SQLite file: two writers would fight for it. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type BetterSqlite3 from 'better-sqlite3';
import { StartError } from '../common/errors.js';
import { Database } from './sqlite-driver.js';

/** The lock beside a SQLite file. The operating system frees it however the process dies. */
@Injectable()
export class SqliteLock implements OnApplicationShutdown {
  private held: BetterSqlite3.Database | undefined;

  /** Takes the lock of `file`; throws StartError if another process holds it. */
  take(file: string): void {
    let lock: BetterSqlite3.Database | undefined;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      lock = new Database(`${file}.lock`, { timeout: 0 });
      lock.pragma('locking_mode = EXCLUSIVE');
      lock.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (pid INTEGER); COMMIT');
    } catch (error) {
      lock?.close();
      const { code, message } = error as { code?: string; message: string };
      throw new StartError(
        code === 'SQLITE_BUSY'
          ? `DATABASE_URL: another procspy server is using ${file}; stop it, or use PostgreSQL for several servers`
          : `DATABASE_URL: cannot open ${file} (${message}); for example: sqlite:/var/lib/procspy.db`,
      );
    }
    this.held = lock;
  }

  onApplicationShutdown(): void {
    this.held?.close();
  }
}
