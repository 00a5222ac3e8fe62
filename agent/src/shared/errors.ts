/** Error classes, and error messages for the person at the terminal. */

/** A mistake in the agent's settings or use: shown as one line without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Why a collector cannot read, as `doctor` names it. */
export type UnavailableKind =
  | 'not_permitted'
  | 'tool_missing'
  | 'not_on_this_machine'
  /** The program that reads it was started and has not answered yet. */
  | 'not_yet'
  | 'failed';

/** A source that cannot be read now; `message` becomes the reason in a sample's `missing`. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';

  constructor(
    readonly kind: UnavailableKind,
    message: string,
    /** What a person can do about it. */
    readonly mend?: string,
  ) {
    super(message);
  }
}

/** A text property of whatever was thrown; errors need not be of this realm's `Error` class. */
function property(error: unknown, name: 'code' | 'message'): string {
  if (typeof error !== 'object' || error === null || !(name in error)) return '';
  const value = (error as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/** The code of a Node system error, such as `ENOENT`; empty for any other error. */
export function errorCode(error: unknown): string {
  return property(error, 'code');
}

/** The message of whatever was thrown, on one line. */
export function errorMessage(error: unknown): string {
  const text = property(error, 'message') || property(error, 'code') || String(error);
  return text.replace(/\s+/g, ' ').trim() || 'unknown error';
}

/** Turns a file error into the reason a person understands. */
export function unavailableFile(path: string, error: unknown): Unavailable {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return new Unavailable(
        'not_permitted',
        `not permitted to read ${path}`,
        `let the agent's user read ${path}`,
      );
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
    case 'ENOTDIR':
      return new Unavailable('not_on_this_machine', `${path} does not exist`);
    default:
      return new Unavailable('failed', `cannot read ${path}: ${errorMessage(error)}`);
  }
}
