/** The metric store's own connection to the SQLite file. */
import type BetterSqlite3 from 'better-sqlite3';
import { UnavailableError } from '../../../common/errors.js';
import { faultOf } from '../../../database/faults.js';
import { Database } from '../../../database/sqlite-driver.js';
import { storageFull } from '../storage-full.js';

/** Page cache in KiB; SQLite takes KiB as a negative number. */
const CACHE_KIB = -65_536;

/**
 * Opens the file. All transactions on it run without a pause, so this connection and the control
 * plane's never wait for each other.
 */
export function openSqlite(file: string): BetterSqlite3.Database {
  const connection = new Database(file, { timeout: 5_000 });
  connection.pragma('journal_mode = WAL');
  // A commit is durable when it returns, also through a power cut.
  connection.pragma('synchronous = FULL');
  connection.pragma(`cache_size = ${CACHE_KIB}`);
  connection.pragma('temp_store = MEMORY');
  return connection;
}

/** The error for callers: "busy" and "full" become UnavailableError, anything else stays. */
export function sqliteError(error: unknown): unknown {
  if (faultOf(error) === 'storage_full') {
    return storageFull();
  }
  const code = String((error as { code?: unknown }).code);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new UnavailableError('database.unavailable', 'the database is busy; push again later');
  }
  return error;
}
