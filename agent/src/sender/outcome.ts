/** How a delivery can end, and which answer of a server means what. */
import type {
  BatchAnswer,
  ErrorBody,
  PushWants,
  RejectedSample,
} from '../../../src/contracts/index.js';

/** The end of one attempt to deliver samples. */
export type Outcome =
  /** Durably stored, but for those that will never be. */
  | { kind: 'accepted'; rejected: RejectedSample[]; wants?: PushWants }
  /** Not now: the server or the way to it has a fault. */
  | { kind: 'retry'; reason: string; afterMs?: number }
  /** The server failed, perhaps on one of these samples: it has an error that nobody foresaw. */
  | { kind: 'fault'; reason: string }
  /** This body will never be taken. */
  | { kind: 'refused'; reason: string; code: string }
  /** The key is not, or no longer, good. */
  | { kind: 'unauthorized'; reason: string; revoked: boolean }
  /** The server does not know this machine. */
  | { kind: 'unknown_machine'; reason: string };

/** The code of an error that the server did not foresee, with status 500. */
export const INTERNAL_ERROR = 'server.internal';

/** The part of an HTTP answer that decides. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Longest time a server may ask to be left alone. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** The JSON object in a body; `null` if it is none, as from a proxy's error page. */
export function parseObject(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The server's own words for an error, with its status; or where it redirects to. */
export function errorWords({ status, headers, body }: HttpAnswer): string {
  const { location } = headers;
  if (status >= 300 && status < 400 && typeof location === 'string') {
    const place = URL.canParse(location) ? new URL(location).origin : location;
    return `it redirects to ${place} (${status}): give that address with --server`;
  }
  const error = parseObject(body) as Partial<ErrorBody> | null;
  const message = Array.isArray(error?.message) ? error.message.join('; ') : error?.message;
  return typeof message === 'string' ? `${message} (${status})` : `status ${status}`;
}

/** Milliseconds of a `Retry-After` header, in seconds or as a date; `undefined` without one. */
export function retryAfterMs(
  header: string | string[] | undefined,
  wallMs: number,
): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - wallMs;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, ms));
}

/** What an answer to a push means. Only the contract's own words are an acknowledgement. */
export function pushOutcome(answer: HttpAnswer, wallMs: number): Outcome {
  const { status, headers, body } = answer;
  const parsed = parseObject(body);
  if (status === 200 || status === 201) {
    if (parsed?.status !== 'metrics_received') {
      return { kind: 'retry', reason: 'the answer is not from a procspy server' };
    }
    return acceptedOutcome(parsed as unknown as Partial<BatchAnswer>);
  }
  if (status === 500 && codeOf(parsed) === INTERNAL_ERROR) {
    return { kind: 'fault', reason: errorWords(answer) };
  }
  return errorOutcome(status, codeOf(parsed), errorWords(answer), {
    afterMs: retryAfterMs(headers['retry-after'], wallMs),
    ownBody: typeof parsed?.code === 'string',
  });
}

/** The outcome of an acknowledgement. */
export function acceptedOutcome(answer: Partial<BatchAnswer>): Outcome {
  const rejected = Array.isArray(answer.rejected) ? answer.rejected : [];
  return { kind: 'accepted', rejected, ...(answer.wants ? { wants: answer.wants } : {}) };
}

/** The outcome of a refusal by its HTTP status and its stable code. */
export function errorOutcome(
  status: number,
  code: string,
  words: string,
  { afterMs, ownBody }: { afterMs?: number | undefined; ownBody: boolean },
): Outcome {
  // A proxy in between may answer anything: only procspy's own error body is final.
  if (ownBody) {
    if (status === 401 || status === 403) {
      return { kind: 'unauthorized', reason: words, revoked: /revoked|disabled/.test(code) };
    }
    if (status === 404) return { kind: 'unknown_machine', reason: words };
    if ([400, 409, 415, 422].includes(status)) return { kind: 'refused', reason: words, code };
  }
  // A proxy's own limit does not pass either.
  if (status === 413) return { kind: 'refused', reason: words, code };
  return { kind: 'retry', reason: words, ...(afterMs === undefined ? {} : { afterMs }) };
}

function codeOf(parsed: Record<string, unknown> | null): string {
  return typeof parsed?.code === 'string' ? parsed.code : '';
}
