/** Tells a unique constraint's refusal from other database errors, on either database. */

const UNIQUE_CODES = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/** True if `error` says that a row with that unique value is already there. */
export function isUniqueViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) {
    return false;
  }
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && UNIQUE_CODES.has(code)) {
    return true;
  }
  return driverError !== error && isUniqueViolation(driverError);
}
