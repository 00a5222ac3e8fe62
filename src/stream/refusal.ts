/** Errors as sockets carry them: the status, code and message of the HTTP answer. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { Logger } from '@nestjs/common';
import type { Refusal } from '../contracts/index.js';
import { errorAnswer } from '../http/error-answer.js';
import { describeError } from '../http/error-body.js';

const logger = new Logger('Stream');

/** An acknowledgement that refuses; logs what is the server's own fault. */
export function refusalOf(error: unknown): Refusal {
  const { code, message, statusCode } = describeError(error).body;
  if (statusCode >= 500 && statusCode !== 503) {
    logger.error('a socket message failed', error);
  }
  const text = Array.isArray(message) ? message.join('; ') : message;
  return { ok: false, status: statusCode, code, message: text };
}

/** A refused handshake: what the client gets as `connect_error`, with `data.status` and `data.code`. */
export class HandshakeRefused extends Error {
  readonly data: Omit<Refusal, 'ok'>;

  constructor(error: unknown) {
    const { status, code, message } = refusalOf(error);
    super(message);
    this.data = { status, code, message };
  }
}

/**
 * Answers a request to open a connection with `error`, over HTTP: the library itself has only 400
 * and 403, which say that another try is of no use. `id` names the request in the answer.
 */
export function refuseConnection(request: IncomingMessage, error: unknown, id: string): void {
  const { method, url, socket } = request;
  const answer = errorAnswer(error, { id, method, url });
  const { statusCode } = answer.body;
  const text = JSON.stringify(answer.body);
  const headers = {
    ...answer.headers,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  // Polling has a response, set by the library; an upgrade has the bare socket.
  const { res } = request as { res?: ServerResponse };
  if (res) {
    res.writeHead(statusCode, headers).end(text);
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\n${lines.join('')}\r\n${text}`);
}
