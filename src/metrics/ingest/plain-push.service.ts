/**
 * The short way for single pushes: answered on Node's own HTTP server, past Fastify and Nest, whose
 * layers cost as much as everything else a push needs (docs/adr/0009-plain-pushes.md). It takes only
 * what is plain: one sample as JSON of known length from a machine whose key is known already.
 * Everything else, and everything about it that differs, goes the usual way to the IngestController.
 */
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { credentialOf } from '../../auth/access/access.guard.js';
import { AuthenticationService } from '../../auth/access/authentication.service.js';
import { RateLimitsService } from '../../auth/limits/rate-limits.service.js';
import type { MachinePrincipal } from '../../auth/principal.js';
import { RouteDurationsService } from '../../common/route-durations.service.js';
import { INSTANCE_HEADER, PUSH_LIMITS, PUSH_PATH, type PushAnswer } from '../../contracts/index.js';
import { errorAnswer } from '../../http/error-answer.js';
import { PresenceService } from '../../machines/presence/presence.service.js';
import { IngestService } from './ingest.service.js';

const JSON_TYPE = /^application\/json(; *charset=utf-8)?$/i;
const HEADERS = { 'x-content-type-options': 'nosniff' };
const RECEIVED_HEADERS = { ...HEADERS, 'content-type': 'application/json; charset=utf-8' };

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** What the lane needs of the server that it is put in front of. */
export interface PlainPushOptions {
  /** An id for a request whose answer names one. */
  requestId(): string;
  /** Parses a body as Fastify does, and throws what Fastify would: both ways name the same faults. */
  parseJson(text: string): unknown;
}

/** Takes plain pushes off the HTTP server before its other listeners see them. */
@Injectable()
export class PlainPushService {
  constructor(
    private readonly authenticator: AuthenticationService,
    private readonly limits: RateLimitsService,
    private readonly presence: PresenceService,
    private readonly ingest: IngestService,
    private readonly durations: RouteDurationsService,
  ) {}

  /** From now on answers the plain pushes among the requests of `server`. */
  attachTo(server: Server, options: PlainPushOptions): void {
    const others = server.listeners('request') as Listener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      // Fastify answers while the server closes.
      const machine = server.listening ? this.pusherOf(request) : undefined;
      if (machine) {
        this.answer(request, response, machine, options);
      } else {
        for (const other of others) {
          other.call(server, request, response);
        }
      }
    });
  }

  /** The machine that pushes, let in, if this is a plain push of one that is known. */
  private pusherOf(request: IncomingMessage): MachinePrincipal | undefined {
    if (!isPlainPush(request)) {
      return undefined;
    }
    const principal = this.authenticator.authenticateNow(credentialOf(request), 'machine');
    return principal?.kind === 'machine' && this.limits.tryTakePush(principal)
      ? principal
      : undefined;
  }

  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    machine: MachinePrincipal,
    { requestId, parseJson }: PlainPushOptions,
  ): void {
    const startedAt = performance.now();
    const send = (status: number, body: object, headers: OutgoingHttpHeaders) => {
      const text = JSON.stringify(body);
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
      response.end(text);
      this.durations.observe('POST', PUSH_PATH, status, (performance.now() - startedAt) / 1_000);
    };
    const refuse = (error: unknown) => {
      const { method, url } = request;
      const { headers, body } = errorAnswer(error, { id: requestId(), method, url });
      send(body.statusCode, body, { ...HEADERS, ...headers });
    };
    const instance = request.headers[INSTANCE_HEADER];
    if (typeof instance === 'string') {
      this.presence.noteInstance(machine.machineKey, instance);
    }
    readBody(request, (text) => {
      this.store(machine, text, parseJson).then(
        (answer) => send(200, answer, RECEIVED_HEADERS),
        refuse,
      );
    });
  }

  private async store(
    machine: MachinePrincipal,
    text: string,
    parseJson: PlainPushOptions['parseJson'],
  ): Promise<PushAnswer> {
    return this.ingest.ingest(machine, parseJson(text));
  }
}

/** One sample as JSON of known length, as agents send it and no browser does. */
function isPlainPush({ url, method, headers }: IncomingMessage): boolean {
  return (
    url === PUSH_PATH &&
    method === 'POST' &&
    JSON_TYPE.test(headers['content-type'] ?? '') &&
    Number(headers['content-length']) <= PUSH_LIMITS.bodyBytes &&
    headers['content-encoding'] === undefined &&
    headers.origin === undefined
  );
}

/** Calls back with the whole body; never, if the connection breaks off before. */
function readBody(request: IncomingMessage, done: (text: string) => void): void {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => done(text));
}
