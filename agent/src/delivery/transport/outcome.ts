/** The outcomes of a push, and how they follow from the server's answer. */
import type {
  AgentRequests,
  BatchAnswer,
  RejectedSample,
} from '../../../../src/contracts/index.js';
import {
  codeOf,
  errorText,
  type HttpAnswer,
  parseObject,
  retryAfterMs,
} from '../../http/answer.js';
import { type RefusalOutcome, refusalOutcome } from '../../http/refusal.js';

/** The outcome of one attempt to deliver samples. */
export type Outcome =
  /** Durably stored, except those in `rejected`, which will never be. */
  | { kind: 'accepted'; rejected: RejectedSample[]; wants?: AgentRequests }
  /** The server had an internal error, perhaps because of one of these samples. */
  | { kind: 'fault'; reason: string }
  | RefusalOutcome;

/** The code of an internal error of the server, with status 500. */
export const INTERNAL_ERROR = 'server.internal';

/** The outcome of an HTTP answer. Only the body that the contract defines is an acknowledgement. */
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
