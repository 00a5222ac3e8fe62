/** HTTP over one kept connection to the server, with timeouts, TLS and proxies. */
import http from 'node:http';
import https from 'node:https';
import { errorCode, errorMessage } from '../shared/errors.js';
import type { HttpAnswer } from './answer.js';
import { PlainTunnelAgent, proxyFor, proxyHeaders, SecureTunnelAgent } from './proxy.js';

/** One request to the server. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Below the server's address, e.g. `/api/v1/metrics`. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signal?: AbortSignal;
}

/** How to reach a server. */
export interface HttpClientOptions {
  server: URL;
  /** Certificate authority in PEM that replaces the public ones. */
  ca?: string;
  env: Readonly<Record<string, string | undefined>>;
  userAgent: string;
  /** Limit for the whole exchange. */
  timeoutMs?: number;
}

/** A larger answer is an error. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 30_000;

/** The server could not be reached or did not answer; whether it acted on the request is unknown. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Sends requests to one server. */
export class HttpClient {
  private readonly agent: http.Agent;
  private readonly proxy: URL | null;
  private readonly secure: boolean;

  constructor(private readonly options: HttpClientOptions) {
    this.secure = options.server.protocol === 'https:';
    this.proxy = proxyFor(options.server, options.env);
    const kept = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1 };
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED has no effect.
    const tls = {
      rejectUnauthorized: true,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    };
    if (!this.secure) this.agent = new http.Agent(kept);
    else if (this.proxy) this.agent = new SecureTunnelAgent(this.proxy, { ...kept, ...tls });
    else this.agent = new https.Agent({ ...kept, ...tls });
  }

  /** The agent for a WebSocket to the same server, through the same proxy. */
  get socketAgent(): http.Agent {
    if (this.proxy && !this.secure) return new PlainTunnelAgent(this.proxy);
    return this.agent;
  }

  /** Sends a request. Throws `ConnectionError` unless a complete answer arrives in time. */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.attempt(request, true);
    } catch (error) {
      // The server closed the idle connection at the moment when it was reused.
      if (error instanceof StaleConnection) return this.attempt(request, false);
      throw error;
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private attempt(request: HttpRequest, mayBeStale: boolean): Promise<HttpAnswer> {
    const { server, userAgent, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    const target = new URL(server.href.replace(/\/+$/, '') + request.path);
    const viaProxy = this.proxy !== null && !this.secure;
    const place = viaProxy && this.proxy ? this.proxy : target;
    return new Promise((resolve, reject) => {
      const body = request.body ?? '';
      const outgoing = (this.secure ? https : http).request({
        agent: this.agent,
        method: request.method,
        hostname: place.hostname.replace(/^\[|\]$/g, ''),
        port: place.port || (place.protocol === 'https:' ? 443 : 80),
        path: viaProxy ? target.href : target.pathname + target.search,
        headers: {
          'user-agent': userAgent,
          accept: 'application/json',
          host: target.host,
          ...(viaProxy && this.proxy ? proxyHeaders(this.proxy) : {}),
          ...(request.body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...request.headers,
        },
      });
      const timer = setTimeout(
        () => outgoing.destroy(new ConnectionError(`no answer within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      const abort = () => outgoing.destroy(new ConnectionError('stopped'));
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', abort);
        settle();
      };
      const fail = (error: unknown) => {
        const stale = mayBeStale && outgoing.reusedSocket && isReset(error);
        finish(() => reject(stale ? new StaleConnection() : asConnectionError(error)));
      };
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) =>
        readAnswer(incoming, (answer) => finish(() => resolve(answer)), fail),
      );
      if (request.signal?.aborted) abort();
      request.signal?.addEventListener('abort', abort, { once: true });
      outgoing.end(body);
    });
  }
}

/** A kept connection was closed before any answer arrived. */
class StaleConnection extends Error {}

function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(errorCode(error));
}

/** The codes of system errors in plain words. */
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'host names cannot be resolved at the moment',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'it does not answer',
  EPROTO: 'it does not speak TLS',
};

function asConnectionError(error: unknown): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const message = errorMessage(error);
  const words = WORDS[errorCode(error)];
  return new ConnectionError(words ? `${words} (${message})` : message, { cause: error });
}

function readAnswer(
  incoming: http.IncomingMessage,
  done: (answer: HttpAnswer) => void,
  fail: (error: unknown) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LARGEST_ANSWER_BYTES) {
      incoming.destroy(new ConnectionError('the answer is implausibly large'));
    }
  });
  incoming.on('error', fail);
  incoming.on('aborted', () => fail(new ConnectionError('the answer was cut off')));
  incoming.on('end', () => {
    if (!incoming.complete) {
      fail(new ConnectionError('the answer was cut off'));
      return;
    }
    done({
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    });
  });
}
