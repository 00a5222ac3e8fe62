/** The HTTP server: limits, time-outs, compression, validation, errors. */
import { randomBytes } from 'node:crypto';
import compress from '@fastify/compress';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { registerSecurity } from './auth/http-security.js';
import { proxyTrust } from './common/client-address.js';
import { AllExceptionsFilter } from './common/exception.filter.js';
import { answerMalformed } from './common/malformed-request.js';
import { requestValidation } from './common/validation.js';
import type { ServerConfig } from './config/server-config.js';
import { PUSH_LIMITS } from './contracts/index.js';
import { PushLane } from './metrics/ingest/push-lane.js';
import { createIoAdapter } from './stream/io-adapter.js';
import { requestsUnder } from './web/base-path.js';
import { serveOpenApi } from './web/openapi.js';
import { serveStaticFiles } from './web/static-files.js';

/** A request, body included, must arrive within this time. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than the usual interval of agents, so that they keep their connection. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const COMPRESS_FROM_BYTES = 2_048;

/** Builds the server, not yet listening. */
export async function createHttpServer(
  config: ServerConfig,
  logger: LoggerService,
): Promise<NestFastifyApplication> {
  const errors = new AllExceptionsFilter();
  const requestId = requestIds();
  const adapter = new FastifyAdapter({
    logger: false,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      errors.answer(error, request, reply),
    clientErrorHandler: (error, socket) => answerMalformed(error, socket, requestId()),
    trustProxy: proxyTrust(config.trustProxy) ?? false,
    bodyLimit: PUSH_LIMITS.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
      ...requestsUnder(config.basePath),
    },
    genReqId: requestId,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  // JSON alone is understood, by Fastify's own parser; anything else is answered with 415.
  adapter.getInstance().removeContentTypeParser('text/plain');
  // Inflated bodies count against bodyLimit too: a small file that grows is refused.
  await app.register(compress, { threshold: COMPRESS_FROM_BYTES, encodings: ['gzip'] });
  await registerSecurity(app, config);
  await serveStaticFiles(app);
  app.useGlobalFilters(errors);
  app.useGlobalPipes(requestValidation());
  app.useWebSocketAdapter(createIoAdapter(app, config, requestId));
  serveOpenApi(app, config);
  app.get(PushLane).attachTo(app.getHttpServer(), {
    requestId,
    parseJson: jsonParser(adapter.getInstance()),
  });
  return app;
}

/** Short ids, unique across restarts and replicas. */
function requestIds(): () => string {
  const prefix = randomBytes(6).toString('base64url');
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}

type CallbackParser = (
  request: unknown,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
) => void;

/** Fastify's own parser of JSON, which calls back at once, as a function that answers or throws. */
function jsonParser(fastify: FastifyInstance): (text: string) => unknown {
  const parse = fastify.getDefaultJsonParser('error', 'error') as CallbackParser;
  return (text) => {
    let fault: Error | null = null;
    let parsed: unknown;
    parse(undefined, text, (error, body) => {
      fault = error;
      parsed = body;
    });
    if (fault !== null) {
      throw fault;
    }
    return parsed;
  };
}
