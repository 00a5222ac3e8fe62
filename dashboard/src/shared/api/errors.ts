/** Errors of the API, as forms and notices show them. */
import type { ErrorBody } from '../../../../src/contracts/index.js';

/** A failed request; `status` is 0 if there was no response. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly messages: string[],
  ) {
    super(messages.map(sentence).join(' '));
  }

  /** There was no response: the server is down or cannot be reached. */
  static unreachable(cause: unknown): ApiError {
    const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
    return new ApiError(0, timedOut ? 'client.timeout' : 'client.unreachable', [
      timedOut ? 'The server did not answer in time.' : 'The server cannot be reached.',
    ]);
  }

  /** From a response's status and parsed body, which a proxy may have written. */
  static fromAnswer(status: number, body: unknown): ApiError {
    if (isErrorBody(body)) {
      const messages = Array.isArray(body.message) ? body.message : [body.message];
      return new ApiError(status, body.code, messages);
    }
    return new ApiError(status, 'client.unexpected_answer', [
      `The server answered with status ${status}.`,
    ]);
  }
}

/** Starts with a capital letter and ends with a full stop. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null) return false;
  const { message, code } = body as Partial<ErrorBody>;
  return typeof code === 'string' && (typeof message === 'string' || Array.isArray(message));
}

/** True if no server answered, or only a proxy in front of it. */
export function isAway(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502);
}

/** The message of whatever was thrown, as a sentence. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Assigns an error's messages to the fields of a form: the API starts a message with the name of
 * the field it is about. Messages that name none of `fields` are returned under `form`.
 */
export function fieldErrors(
  error: unknown,
  fields: readonly string[],
): { fields: Record<string, string>; form: string | null } {
  const messages = error instanceof ApiError ? error.messages : [errorMessage(error)];
  const named: Record<string, string> = {};
  const others: string[] = [];
  for (const message of messages) {
    const field = fields.find(
      (name) =>
        message === name || (/^\W/.test(message.slice(name.length)) && message.startsWith(name)),
    );
    if (field === undefined) others.push(message);
    else named[field] = message;
  }
  return { fields: named, form: others.length > 0 ? others.map(sentence).join(' ') : null };
}
