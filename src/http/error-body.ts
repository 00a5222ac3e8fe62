/** Turns whatever was thrown into the contract's error body. */
import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { AppError, type ErrorKind } from '../common/errors.js';
import type { ErrorBody } from '../contracts/index.js';
import { faultOf } from '../database/faults.js';

const STATUS_OF_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  rate_limited: 429,
  unavailable: 503,
};

/** Faults that Fastify finds before a controller runs, in our words. */
const FASTIFY_ERRORS: Record<string, { status: number; code: string; message: string }> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'request.unsupported_content_type',
    message: 'the content type is not supported; send application/json',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'request.body_too_large',
    message: 'the body is larger than the limit',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'request.invalid_json',
    message: 'the body is empty; send JSON',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'request.invalid_json',
    message: 'the body is not valid JSON, or has a forbidden key (__proto__, constructor)',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'request.invalid_url',
    message: 'the address has a part that is not valid percent-encoding',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'request.invalid_body',
    message: 'the body is shorter or longer than its content length',
  },
};

const CODE_OF_STATUS: Record<number, string> = {
  400: 'request.invalid',
  401: 'auth.required',
  403: 'auth.forbidden',
  404: 'request.not_found',
  405: 'request.method_not_allowed',
  408: 'request.timeout',
  413: 'request.body_too_large',
  415: 'request.unsupported_content_type',
  429: 'request.rate_limited',
  503: 'server.unavailable',
};

/** An error body, and how long to wait before trying again where that is known. */
export interface DescribedError {
  body: Omit<ErrorBody, 'request_id'>;
  retryAfterSeconds?: number;
}

/** Describes `error` for the outside. What is not meant for callers becomes a bare 500. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof AppError) {
    const status = STATUS_OF_KIND[error.kind];
    return {
      body: body(status, error.code, error.detail),
      retryAfterSeconds: error.retryAfterSeconds,
    };
  }
  if (error instanceof HttpException) {
    // Nest wraps what Fastify found before a controller ran.
    if (error.cause !== undefined && isFastifyError(error.cause)) {
      return describeLibraryError(error.cause);
    }
    const status = error.getStatus();
    const response = error.getResponse();
    const message =
      typeof response === 'object' && 'message' in response
        ? (response.message as string | string[])
        : error.message;
    return { body: body(status, CODE_OF_STATUS[status] ?? 'request.failed', message) };
  }
  return describeLibraryError(error);
}

function isFastifyError(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return error instanceof SyntaxError || (typeof code === 'string' && code in FASTIFY_ERRORS);
}

function describeLibraryError(error: unknown): DescribedError {
  const { code, statusCode, message } = (error ?? {}) as {
    code?: unknown;
    statusCode?: unknown;
    message?: unknown;
  };
  const known = typeof code === 'string' ? FASTIFY_ERRORS[code] : undefined;
  if (known) {
    return { body: body(known.status, known.code, known.message) };
  }
  if (error instanceof SyntaxError && statusCode === 400) {
    return { body: body(400, 'request.invalid_json', `the body is not valid JSON: ${message}`) };
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { body: body(statusCode, CODE_OF_STATUS[statusCode] ?? 'request.failed', `${message}`) };
  }
  const fault = faultOf(error);
  if (fault === 'unreachable') {
    return {
      body: body(503, 'database.unavailable', 'the database cannot be reached; try again'),
      retryAfterSeconds: 2,
    };
  }
  if (fault === 'storage_full') {
    return {
      body: body(
        503,
        'database.storage_full',
        'the storage is full; try again when there is space',
      ),
      retryAfterSeconds: 30,
    };
  }
  return { body: body(500, 'server.internal', 'internal error; the server log has the details') };
}

function body(status: number, code: string, message: string | string[]) {
  return { statusCode: status, error: STATUS_CODES[status] ?? 'Error', message, code };
}
