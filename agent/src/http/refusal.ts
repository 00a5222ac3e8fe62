/** What to do about a refusal, by its HTTP status and its stable code. */

/** Why the server refused, as far as it matters for what comes next. */
export type RefusalOutcome =
  /** A temporary fault of the server or of the way to it. */
  | { kind: 'retry'; reason: string; afterMs?: number }
  /** The server will never accept this body. */
  | { kind: 'refused'; reason: string; code: string }
  /** The key is not, or no longer, valid. */
  | { kind: 'unauthorized'; reason: string; revoked: boolean }
  /** The server does not know this machine. */
  | { kind: 'unknown_machine'; reason: string };

/** The outcome of a refusal by its HTTP status and its stable code. */
export function refusalOutcome(
  status: number,
  code: string,
  words: string,
  { afterMs, ownBody }: { afterMs?: number | undefined; ownBody: boolean },
): RefusalOutcome {
  // A proxy in between may answer anything: only an error body of procspy itself is final.
  if (ownBody) {
    if (status === 401 || status === 403) {
      return { kind: 'unauthorized', reason: words, revoked: /revoked|disabled/.test(code) };
    }
    if (status === 404) return { kind: 'unknown_machine', reason: words };
    if ([400, 409, 415, 422].includes(status)) return { kind: 'refused', reason: words, code };
  }
  // The size limit of a proxy is just as final.
  if (status === 413) return { kind: 'refused', reason: words, code };
  return { kind: 'retry', reason: words, ...(afterMs === undefined ? {} : { afterMs }) };
}
