/** Errors of the API as the forms and notices show them. */
import type { ErrorBody } from '../../../../src/contracts/index.js';

/** A request that failed: `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly messages: string[],
  ) {
    super(messages.map(sentence).join(' '));
  }

  /** No answer came: the server is down, or the network is. */
  static unreachable(cause: unknown): ApiError {
    const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
    return new ApiError(0, timedOut ? 'client.timeout' : 'client.unreachable', [
      timedOut ? 'The server did not answer in time.' : 'The server cannot be reached.',
    ]);
  }

  /** From an answer's status and its parsed body, which may be anything when a proxy answered. */
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

/** With a capital and a full stop, as the page writes. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null) return false;
  const { message, code } = body as Partial<ErrorBody>;
  return typeof code === 'string' && (typeof message === 'string' || Array.isArray(message));
}

/** An error's sentence, whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Deals an error's messages out to a form: the API starts a message with the name of the field that
 * it is about. What names none of `fields` is returned under `form`.
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
