/** An HTTP answer of the server, and how to read its parts. */
import type { ErrorBody } from '../../../src/contracts/index.js';

/** Status, headers and body of an HTTP answer. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** The `Authorization` header; empty without a key. */
export function keyHeader(apiKey: string | null): Record<string, string> {
  return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
}

/** Upper bound for `Retry-After`. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** The JSON object in a body; `null` if it is something else, such as a proxy's error page. */
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

/** The server's error message with its status, or where it redirects to. */
export function errorText({ status, headers, body }: HttpAnswer): string {
  const { location } = headers;
  if (status >= 300 && status < 400 && typeof location === 'string') {
    const place = URL.canParse(location) ? new URL(location).origin : location;
    return `it redirects to ${place} (${status}): give that address with --server`;
  }
  const error = parseObject(body) as Partial<ErrorBody> | null;
  const message = Array.isArray(error?.message) ? error.message.join('; ') : error?.message;
  return typeof message === 'string' ? `${message} (${status})` : `status ${status}`;
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date; `undefined` without one. */
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

/** The stable code in an error body; empty if there is none. */
export function codeOf(parsed: Record<string, unknown> | null): string {
  return typeof parsed?.code === 'string' ? parsed.code : '';
}
