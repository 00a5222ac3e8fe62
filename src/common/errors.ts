/** Errors that a caller can do something about: a stable code and the sentence people need. */

/** What went wrong, apart from any protocol; the exception filter turns it into an HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  | 'unavailable';

/** An error meant for the caller. `code` is `module.reason` and never changes. */
export class AppError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    /** One sentence, or one for each faulty field. */
    readonly detail: string | string[],
    /** Seconds after which trying again makes sense. */
    readonly retryAfterSeconds?: number,
  ) {
    super(Array.isArray(detail) ? detail.join('; ') : detail);
    this.name = 'AppError';
  }
}

/** The caller's input has a fault; each message names its field. */
export class InvalidInputError extends AppError {
  constructor(code: string, detail: string | string[]) {
    super('invalid', code, detail);
  }
}

/** What was asked for does not exist, or not for this caller. */
export class NotFoundError extends AppError {
  constructor(code: string, detail: string) {
    super('not_found', code, detail);
  }
}

/** The server cannot do it now; nothing was changed and trying again is right. */
export class UnavailableError extends AppError {
  constructor(code: string, detail: string, retryAfterSeconds = 1) {
    super('unavailable', code, detail, retryAfterSeconds);
  }
}

/** The server cannot start; the message is the one line that people see. */
export class StartError extends Error {
  override name = 'StartError';
}
