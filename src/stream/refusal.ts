/** Errors as sockets carry them: the code and message of the HTTP answer. */
import { Logger } from '@nestjs/common';
import { describeError } from '../common/error-body.js';
import type { Refusal } from '../contracts/index.js';

const logger = new Logger('Stream');

/** An acknowledgement that refuses; logs what is the server's own fault. */
export function refusalOf(error: unknown): Refusal {
  const { code, message, statusCode } = describeError(error).body;
  if (statusCode >= 500 && statusCode !== 503) {
    logger.error('a socket message failed', error);
  }
  return { ok: false, code, message: Array.isArray(message) ? message.join('; ') : message };
}

/** A refused handshake: what the client gets as `connect_error`, with `data.code`. */
export class HandshakeRefused extends Error {
  readonly data: Omit<Refusal, 'ok'>;

  constructor(error: unknown) {
    const { code, message } = refusalOf(error);
    super(message);
    this.data = { code, message };
  }
}
