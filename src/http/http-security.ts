/** Security headers for browsers, and which of their requests are refused. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../common/errors.js';
import type { ServerConfig } from '../config/server-config.js';
import { API_KEY_HEADER, PUSH_PATH } from '../contracts/index.js';

/** The dashboard and Swagger UI: scripts from here only; both set styles in the page. */
const PAGE_POLICY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  // Covers the sockets of this server too (CSP 3: 'self' matches ws and wss of the same host).
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** Answers that no browser should show as a page, nor keep. */
const API_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
/** Two years, for this host alone: what else its subdomains serve is not ours to decide. */
const HSTS = 'max-age=63072000';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Bodies are parsed before anyone is asked who they are; all but pushes are small. */
const BODY_BYTES = 256 * 1024;

/** Registers cookies, security headers, CORS for configured origins, origin checks, small bodies. */
export async function registerSecurity(
  app: NestFastifyApplication,
  config: ServerConfig,
): Promise<void> {
  await app.register(cookie);
  await app.register(helmet, {
    global: false,
    contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
    // Set below, and only behind TLS.
    strictTransportSecurity: false,
    // Means nothing without TLS, and browsers complain about it.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  if (config.corsOrigins.length > 0) {
    app.enableCors({
      origin: config.corsOrigins,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', API_KEY_HEADER],
      exposedHeaders: ['retry-after'],
      maxAge: 600,
    });
  }
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith(PUSH_PATH)) {
      route.bodyLimit = BODY_BYTES;
    }
  });
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    refuseForeignWrites(request, config);
    if (request.method === 'POST' && request.url.startsWith(PUSH_PATH)) {
      // Agents push thousands of times a second: nothing to wait for, and one header says all
      // that matters to a browser.
      reply.header('x-content-type-options', 'nosniff');
      done();
    } else {
      setHeaders(request, reply, config).then(() => done(), done);
    }
  });
}

async function setHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  config: ServerConfig,
): Promise<void> {
  const { url } = request;
  if (request.protocol === 'https') {
    reply.header('strict-transport-security', HSTS);
  }
  if (!url.startsWith('/api/')) {
    await (reply as FastifyReply & { helmet(): Promise<void> }).helmet();
    return;
  }
  reply.headers(API_HEADERS);
  if (config.corsOrigins.length > 0) {
    reply.header('cross-origin-resource-policy', 'cross-origin');
  }
}

/** Another site's page must not change anything here, whatever cookies a browser sends along. */
function refuseForeignWrites(request: FastifyRequest, config: ServerConfig): void {
  const { origin } = request.headers;
  if (
    origin !== undefined &&
    !SAFE_METHODS.has(request.method) &&
    request.headers['sec-fetch-site'] !== 'same-origin' &&
    !isOriginAllowed(origin, request.host, config)
  ) {
    throw new AppError(
      'forbidden',
      'auth.origin',
      'pages of this origin may not write here; add it to PROCSPY_CORS_ORIGINS, or let the proxy pass on the Host header',
    );
  }
}

/**
 * Whether a browser's page of `origin` may talk to the server as `host` (its Host header): pages of
 * the same host and of PROCSPY_CORS_ORIGINS may; so may callers that are no browser.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  config: Pick<ServerConfig, 'corsOrigins'>,
): boolean {
  if (origin === undefined || config.corsOrigins.includes(origin)) {
    return true;
  }
  return Boolean(host) && URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
