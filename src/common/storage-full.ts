/** A full disk, in the words of either database. */

/** PostgreSQL's code, then SQLite's; SQLite also says that an operation on its files failed. */
const FULL = /^(53100$|SQLITE_FULL|SQLITE_IOERR)/;

/** True for the errors of a database that has no space to write to, also inside TypeORM's. */
export function isStorageFull(error: unknown): boolean {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: unknown };
  return FULL.test(String(code)) || (driverError !== undefined && isStorageFull(driverError));
}
