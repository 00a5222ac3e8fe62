/** A small real HTTP server that behaves as the contract says, and misbehaves when told to. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  HEALTH_ANSWER,
  PUSH_LIMITS,
  type PushedSample,
  type RejectedSample,
  TIMESTAMP_AHEAD,
} from '../../../src/contracts/index.js';
import { freePort } from '../../../test/helpers/ports.js';

/** What the server does instead of its work. */
export type Misbehave = (request: IncomingMessage, response: ServerResponse) => boolean;

const INVALID = { code: 'metrics.invalid_sample', message: 'cpu must be at most 100' };

/** Takes registrations and pushes. */
export class TestServer {
  /** Samples stored, by time, as the real server deduplicates them. */
  readonly stored = new Map<number, PushedSample>();
  readonly registrations: { key: string | null; body: Record<string, unknown> }[] = [];
  readonly pushes: { path: string; samples: number; compressed: boolean }[] = [];
  readonly goodbyes: unknown[] = [];
  duplicates = 0;
  /** Keys that may push; a registration adds one. */
  keys = new Set<string>();
  enrollmentKeys = new Set(['enrol']);
  misbehave: Misbehave = () => false;
  wants: object | undefined;
  /** Its clock, in epoch milliseconds; without one it tells no time and takes samples of any. */
  clock: (() => number) | null = null;
  /** Times of samples that are refused. */
  refused = new Set<number>();
  /** Answers 500 to a push that holds a sample of which this is true. */
  failsOn: (sample: PushedSample) => boolean = () => false;
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  port = 0;

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  /** Listens; after `stop` on the same port as before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => this.handle(request, response));
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.port ||= await freePort();
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.server = server;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const { server } = this;
    this.server = null;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/health') {
        this.tellTime(response);
        return;
      }
      if (this.misbehave(request, response)) return;
      const compressed = request.headers['content-encoding'] === 'gzip';
      const raw = Buffer.concat(chunks);
      const text = (compressed ? gunzipSync(raw) : raw).toString();
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const key = request.headers.authorization?.replace('Bearer ', '') ?? null;
      if (request.url === '/api/v1/machines/register') this.register(key, body, response);
      else if (request.url === '/api/v1/machines/machine-1/goodbye') {
        this.goodbyes.push(body.reason);
        answer(response, 200, { status: 'goodbye_received' });
      } else this.push(request.url ?? '', key, body, compressed, response);
    });
  }

  private tellTime(response: ServerResponse): void {
    if (!this.clock) {
      response.writeHead(404).end();
      return;
    }
    // As Node's own header it is cut to whole seconds.
    response.setHeader('date', new Date(this.clock()).toUTCString());
    response.end(HEALTH_ANSWER);
  }

  private register(
    key: string | null,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): void {
    this.registrations.push({ key, body });
    if (key !== null && this.keys.has(key)) {
      answer(response, 201, { status: 'registered', machine_id: 'machine-1' });
    } else if (key !== null && this.enrollmentKeys.has(key)) {
      const api_key = `key-${this.registrations.length}`;
      this.keys = new Set([api_key]);
      answer(response, 201, { status: 'registered', machine_id: 'machine-1', api_key });
    } else {
      refuse(
        response,
        401,
        key === null ? 'auth.required' : 'auth.invalid_key',
        'the key is not known',
      );
    }
  }

  private push(
    path: string,
    key: string | null,
    body: Record<string, unknown>,
    compressed: boolean,
    response: ServerResponse,
  ): void {
    const samples = (body.samples ?? [body]) as PushedSample[];
    this.pushes.push({ path, samples: samples.length, compressed });
    if (key === null || !this.keys.has(key)) {
      refuse(response, 401, 'auth.key_revoked', 'the key was revoked');
      return;
    }
    if (samples.some(this.failsOn)) {
      refuse(response, 500, 'server.internal', 'internal error; the server log has the details');
      return;
    }
    const single = body.samples === undefined;
    const rejected: RejectedSample[] = [];
    const latest = this.clock ? this.clock() + PUSH_LIMITS.futureMs : Number.POSITIVE_INFINITY;
    samples.forEach((sample, index) => {
      const time = Number(sample.timestamp);
      if (time > latest) rejected.push({ index, code: TIMESTAMP_AHEAD, message: 'in the future' });
      else if (this.refused.has(time)) rejected.push({ index, ...INVALID });
      else if (this.stored.has(time)) this.duplicates += 1;
      else this.stored.set(time, sample);
    });
    const [fault] = rejected;
    if (single && fault) {
      refuse(response, 400, fault.code, fault.message);
      return;
    }
    answer(response, 200, {
      status: 'metrics_received',
      accepted: samples.length - rejected.length,
      duplicates: 0,
      rejected,
      ...(this.wants ? { wants: this.wants } : {}),
    });
  }
}

/** Answers with JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with the contract's error body. */
export function refuse(
  response: ServerResponse,
  statusCode: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  answer(
    response,
    statusCode,
    { statusCode, error: 'Error', message, code, request_id: '1' },
    headers,
  );
}
