/** How a delivery can end, and which answer of a server means what. */
import type { BatchAnswer, PushWants, RejectedSample } from '../../../../src/contracts/index.js';
import {
  codeOf,
  errorText,
  type HttpAnswer,
  parseObject,
  retryAfterMs,
} from '../../http/answer.js';
import { type RefusalOutcome, refusalOutcome } from '../../http/refusal.js';

/** The end of one attempt to deliver samples. */
export type Outcome =
  /** Durably stored, but for those that will never be. */
  | { kind: 'accepted'; rejected: RejectedSample[]; wants?: PushWants }
  /** The server failed, perhaps on one of these samples: it has an error that nobody foresaw. */
  | { kind: 'fault'; reason: string }
  | RefusalOutcome;

/** The code of an error that the server did not foresee, with status 500. */
export const INTERNAL_ERROR = 'server.internal';

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
    return { kind: 'fault', reason: errorText(answer) };
  }
  return refusalOutcome(status, codeOf(parsed), errorText(answer), {
    afterMs: retryAfterMs(headers['retry-after'], wallMs),
    ownBody: typeof parsed?.code === 'string',
  });
}

/** The outcome of an acknowledgement. */
export function acceptedOutcome(answer: Partial<BatchAnswer>): Outcome {
  const rejected = Array.isArray(answer.rejected) ? answer.rejected : [];
  return { kind: 'accepted', rejected, ...(answer.wants ? { wants: answer.wants } : {}) };
}
