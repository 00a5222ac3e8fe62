/** The HTTP server: limits, time-outs, compression, validation, errors. */
import compress, { type FastifyCompressOptions } from '@fastify/compress';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/server-config.js';
import { PUSH_LIMITS } from '../contracts/index.js';
import { requestsUnder } from './base-path.js';
import { proxyTrust } from './client-address.js';
import { AllExceptionsFilter } from './exception.filter.js';
import { registerSecurity } from './http-security.js';
import { answerMalformed } from './malformed-request.js';
import { requestValidation } from './validation.js';
import { API_VERSIONING } from './versioning.js';

/** A request, body included, must arrive within this time. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than the usual interval of agents, so that they keep their connection. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/**
 * Level 1 takes less than half the time of the default level and makes charts about 6 % larger. A small answer is
 * compressed at once, a large one in large pieces: each is a way to another thread and back.
 */
const COMPRESSION = {
  encodings: ['gzip'],
  threshold: 2_048,
  syncThreshold: 256 * 1024,
  zlibOptions: { level: 1, chunkSize: 256 * 1024 },
} satisfies FastifyCompressOptions;

/** What a server needs beside its modules. */
export interface HttpServerOptions {
  config: ServerConfig;
  logger: LoggerService;
  /** Makes the id of a request. */
  requestId: () => string;
}

/** Builds the server of `root`, not yet listening. */
export async function createHttpServer(
  root: DynamicModule,
  { config, logger, requestId }: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const errors = new AllExceptionsFilter();
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
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  // JSON alone is understood, by Fastify's own parser; anything else is answered with 415.
  adapter.getInstance().removeContentTypeParser('text/plain');
  // Inflated bodies count against bodyLimit too: a small file that grows is refused.
  await app.register(compress, COMPRESSION);
  await registerSecurity(app, config);
  app.enableVersioning(API_VERSIONING);
  app.useGlobalFilters(errors);
  app.useGlobalPipes(requestValidation());
  return app;
}
