/** The HTTP answer to an error: the contract's body and the headers that go with it. */
import { Logger } from '@nestjs/common';
import type { ErrorBody } from '../contracts/index.js';
import { describeError } from './error-body.js';

const logger = new Logger('Errors');

/** The request that failed, as far as its answer and the log need it. */
export interface FailedRequest {
  id: string;
  method?: string;
  url?: string;
}

/** An answer, not yet sent. */
export interface ErrorAnswer {
  headers: Record<string, string>;
  /** Its `statusCode` is the answer's status. */
  body: ErrorBody;
}

/** The answer to `error`; logs it if it is the server's fault. */
export function errorAnswer(error: unknown, { id, method, url }: FailedRequest): ErrorAnswer {
  const { body, retryAfterSeconds } = describeError(error);
  const { statusCode } = body;
  if (statusCode >= 500 && statusCode !== 503) {
    // Without the query: it may hold a key that a caller put there by mistake.
    logger.error(`${method} ${url?.split('?', 1)[0]} (${id}) failed`, error);
  }
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(Math.ceil(retryAfterSeconds));
  }
  if (statusCode === 401) {
    headers['www-authenticate'] = 'Bearer';
  }
  if (statusCode === 413) {
    // Closing while the client still writes would hide the answer from it: the rest is read and
    // thrown away, bounded by the request's time-out.
    headers.connection = 'keep-alive';
  }
  return { headers, body: { ...body, request_id: id } };
}
