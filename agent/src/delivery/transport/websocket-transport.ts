/** Pushes over one lasting Socket.IO connection, namespace `/agent`, with the guarantees of HTTP. */
import type { Socket } from 'socket.io-client';
import {
  type AgentClientEvents,
  type BatchAnswer,
  INSTANCE_HEADER,
  type PushedSample,
  type Refusal,
} from '../../../../src/contracts/index.js';
import type { HttpClient } from '../../http/http-client.js';
import { refusalOutcome } from '../../http/refusal.js';
import { errorMessage } from '../../shared/errors.js';
import type { SpooledSample } from '../spool/record.js';
import { acceptedOutcome, INTERNAL_ERROR, type Outcome } from './outcome.js';
import { type MachineCredentials, type Transport } from './transport.js';

const CONNECT_TIMEOUT_MS = 15_000;
const ANSWER_TIMEOUT_MS = 30_000;

type AgentSocket = Socket<Record<string, never>, AgentClientEvents>;

/** A refusal as it may arrive: older servers send no `status`. */
type ReceivedRefusal = Pick<Refusal, 'code' | 'message'> & { status?: unknown };

/** What a refused handshake carries. */
interface HandshakeError extends Error {
  data?: Partial<ReceivedRefusal>;
}

/** Guesses the status of a refusal by an older server; an unknown code is a temporary fault. */
export function statusOfCode(code: string): number {
  if (code.startsWith('auth.')) return /rate|limit|too_many/.test(code) ? 429 : 401;
  if (/not_found|unknown/.test(code)) return 404;
  if (/too_large|too_many_samples/.test(code)) return 413;
  if (/invalid|validation|malformed|bad_request|batch/.test(code)) return 400;
  return 503;
}

/** The `websocket` transport. `socket.io-client` is loaded with the first connection. */
export class WebSocketTransport implements Transport {
  private socket: AgentSocket | null = null;
  private token: string | null = null;

  constructor(
    private readonly server: URL,
    private readonly client: HttpClient,
    private readonly ca: string | undefined,
    private readonly instance: string,
  ) {}

  async send(
    machine: MachineCredentials,
    samples: readonly SpooledSample[],
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (samples.length === 0) return { kind: 'accepted', rejected: [] };
    let socket: AgentSocket;
    try {
      socket = await this.connected(machine.apiKey, signal);
    } catch (error) {
      this.drop();
      return connectOutcome(error as HandshakeError);
    }
    const body = {
      samples: samples.map(
        ({ json }) => ({ machine_id: machine.machineId, ...JSON.parse(json) }) as PushedSample,
      ),
    };
    try {
      const answer = await whileOpen(
        signal,
        socket,
        socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck('metrics', body),
      );
      return answerOutcome(answer);
    } catch (error) {
      // Whether the samples arrived is unknown: they are sent again over a new connection.
      this.drop();
      return { kind: 'retry', reason: errorMessage(error) };
    }
  }

  close(): void {
    this.drop();
    this.client.close();
  }

  private drop(): void {
    this.socket?.disconnect();
    this.socket = null;
  }

  private async connected(token: string | null, signal: AbortSignal): Promise<AgentSocket> {
    if (this.socket?.connected && this.token === token) return this.socket;
    this.drop();
    const { io } = await import('socket.io-client');
    const base = this.server.pathname.replace(/\/+$/, '');
    this.token = token;
    const socket: AgentSocket = io(`${this.server.origin}/agent`, {
      path: `${base}/socket.io/`,
      transports: ['websocket'],
      // The delivery decides when to retry, as with HTTP.
      reconnection: false,
      timeout: CONNECT_TIMEOUT_MS,
      extraHeaders: { [INSTANCE_HEADER]: this.instance },
      auth: token === null ? {} : { token },
      agent: this.client.socketAgent as unknown as string,
      rejectUnauthorized: true,
      ...(this.ca === undefined ? {} : { ca: this.ca }),
    });
    this.socket = socket;
    await whileOpen(
      signal,
      null,
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error('no connection within the timeout')),
          CONNECT_TIMEOUT_MS,
        );
        socket.once('connect', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.once('connect_error', (error) => {
          clearTimeout(timer);
          reject(error);
        });
      }),
    );
    return socket;
  }
}

/** Settles as `work` does, or rejects as soon as the agent stops or the connection breaks. */
async function whileOpen<result>(
  signal: AbortSignal,
  socket: AgentSocket | null,
  work: Promise<result>,
): Promise<result> {
  const over = new AbortController();
  const broken = new Promise<never>((_, reject) => {
    const stop = () => reject(new Error('stopped'));
    const disconnected = (reason: string) => reject(new Error(`the connection broke: ${reason}`));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true, signal: over.signal });
    socket?.once('disconnect', disconnected);
    over.signal.addEventListener('abort', () => socket?.off('disconnect', disconnected));
  });
  try {
    return await Promise.race([work, broken]);
  } finally {
    over.abort();
  }
}

function connectOutcome(error: HandshakeError): Outcome {
  const { code, message = errorMessage(error), status } = error.data ?? {};
  if (code === undefined) return { kind: 'retry', reason: message };
  return receivedOutcome({ status, code, message });
}

function answerOutcome(answer: BatchAnswer | Refusal): Outcome {
  if ('status' in answer && answer.status === 'metrics_received') return acceptedOutcome(answer);
  if ('ok' in answer && answer.ok === false) {
    if (answer.code === INTERNAL_ERROR) return { kind: 'fault', reason: answer.message };
    return receivedOutcome(answer);
  }
  return { kind: 'retry', reason: 'the answer is not from a procspy server' };
}

function receivedOutcome({ status, code, message }: ReceivedRefusal): Outcome {
  const known = typeof status === 'number' ? status : statusOfCode(code);
  return refusalOutcome(known, code, message, { ownBody: true });
}
