/** What a refusal of the server means, by its HTTP status and its stable code. */

/** Why the server does not do what it was asked for. */
export type RefusalOutcome =
  /** Not now: the server or the way to it has a fault. */
  | { kind: 'retry'; reason: string; afterMs?: number }
  /** This body will never be taken. */
  | { kind: 'refused'; reason: string; code: string }
  /** The key is not, or no longer, good. */
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
