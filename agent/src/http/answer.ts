/** An HTTP answer of the server, and how its parts are read. */
import type { ErrorBody } from '../../../src/contracts/index.js';

/** The part of an HTTP answer that decides. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Header with a key, if there is one. */
export function keyHeader(apiKey: string | null): Record<string, string> {
  return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
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

/** The stable code in an error body; empty if there is none. */
export function codeOf(parsed: Record<string, unknown> | null): string {
  return typeof parsed?.code === 'string' ? parsed.code : '';
}
