/** What a database's error means, whichever database or driver it comes from. */

/** `unreachable`: gone, going, or too busy to answer; trying again helps. */
export type DatabaseFault = 'unreachable' | 'storage_full' | 'unique_violation';

const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  // PostgreSQL: class 08 is connection trouble, 57P0x a server that stops or starts, 53300 too many connections.
  '08000',
  '08003',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  // A deadlock, a serialization failure or a lock that was not available.
  '40P01',
  '40001',
  '55P03',
]);
const UNREACHABLE_MESSAGE =
  /connection (terminated|timeout|ended)|query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error/i;
/** PostgreSQL's code, then SQLite's; SQLite also says that an operation on its files failed. */
const STORAGE_FULL_CODE = /^(53100$|SQLITE_FULL|SQLITE_IOERR)/;
const UNIQUE_CODES = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/**
 * Classifies an error of `pg`, `better-sqlite3` or TypeORM, which wraps theirs; `null` for everything
 * else.
 */
export function faultOf(error: unknown): DatabaseFault | null {
  if (typeof error !== 'object' || error === null) {
    return null;
  }
  const { code, message, driverError, errors } = error as {
    code?: unknown;
    message?: unknown;
    driverError?: unknown;
    errors?: unknown;
  };
  const own = faultOfCode(code);
  if (own) {
    return own;
  }
  if (typeof message === 'string' && UNREACHABLE_MESSAGE.test(message)) {
    return 'unreachable';
  }
  for (const inner of [...(Array.isArray(errors) ? errors : []), driverError]) {
    const fault = inner === error ? null : faultOf(inner);
    if (fault) {
      return fault;
    }
  }
  return null;
}

function faultOfCode(code: unknown): DatabaseFault | null {
  if (typeof code !== 'string') {
    return null;
  }
  if (UNREACHABLE_CODES.has(code)) {
    return 'unreachable';
  }
  if (UNIQUE_CODES.has(code)) {
    return 'unique_violation';
  }
  return STORAGE_FULL_CODE.test(code) ? 'storage_full' : null;
}
