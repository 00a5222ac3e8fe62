/** Answers what Node's HTTP parser refuses, before there is a request, with the usual error body. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorBody } from '../contracts/index.js';

const FAULTS: Record<string, { status: number; code: string; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'request.headers_too_large',
    message: 'the headers or the address are too long',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request.timeout',
    message: 'the request did not arrive in time',
  },
};

const MALFORMED = {
  status: 400,
  code: 'request.malformed',
  message: 'this is not an HTTP request',
};

/** Writes the error body to the bare socket and closes it. */
export function answerMalformed(error: Error, socket: Socket, requestId: string): void {
  const { code: cause } = error as NodeJS.ErrnoException;
  if (cause === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = FAULTS[cause ?? ''] ?? MALFORMED;
  const phrase = STATUS_CODES[status] ?? 'Error';
  const body: ErrorBody = {
    statusCode: status,
    error: phrase,
    message,
    code,
    request_id: requestId,
  };
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${phrase}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      'connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}
