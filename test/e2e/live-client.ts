/** Socket.IO clients for the tests of `/live` and `/agent`. */
import { io, type Socket } from 'socket.io-client';
import type {
  AgentClientEvents,
  LiveClientEvents,
  LiveServerEvents,
  MachineEvent,
  MachineSample,
} from '../../src/contracts/index.js';
import type { TestServer } from '../helpers/server.js';

/** How long a busy machine may take. */
const TIMEOUT_MS = 30_000;

export type LiveClient = Socket<LiveServerEvents, LiveClientEvents>;
export type AgentClient = Socket<Record<string, never>, AgentClientEvents>;

/** What a refused handshake says. */
export interface Refused {
  message: string;
  code: string;
}

const open = new Set<Socket>();

/** Opens a socket without waiting for it. */
export function socketOf<client extends Socket>(
  server: Pick<TestServer, 'url'>,
  namespace: string,
  token: string | undefined,
  more: { headers?: Record<string, string>; transports?: string[]; reconnection?: boolean } = {},
): client {
  const socket = io(server.url + namespace, {
    auth: token === undefined ? {} : { token },
    transports: more.transports ?? ['websocket'],
    extraHeaders: more.headers,
    forceNew: true,
    reconnection: more.reconnection ?? false,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
  });
  open.add(socket);
  return socket as client;
}

/** Closes every socket that a test opened. */
export function closeSockets(): void {
  for (const socket of open) {
    socket.disconnect();
  }
  open.clear();
}

/** Waits until the socket is connected. */
export async function connected<client extends Socket>(socket: client): Promise<client> {
  if (!socket.connected) {
    await event(socket, 'connect');
  }
  return socket;
}

/** Waits until the handshake is refused, and tells how. */
export async function refused(socket: Socket): Promise<Refused> {
  const error = (await event(socket, 'connect_error')) as Error & { data?: { code?: string } };
  return { message: error.message, code: error.data?.code ?? '' };
}

/** The first argument of the next such event. */
export function event(socket: Socket, name: string, timeoutMs = TIMEOUT_MS): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`waited ${timeoutMs} ms in vain for the event ${name}`)),
      timeoutMs,
    );
    socket.once(name, (argument: unknown) => {
      clearTimeout(timer);
      resolve(argument);
    });
  });
}

/** A dashboard that keeps what it was told. */
export interface Follower {
  socket: LiveClient;
  samples: MachineSample[];
  /** How many messages of samples came. */
  messages: number;
  machines: MachineEvent[];
}

/** Connects to `/live` and keeps what comes. */
export async function follower(
  server: Pick<TestServer, 'url'>,
  token: string | undefined,
): Promise<Follower> {
  const socket = socketOf<LiveClient>(server, '/live', token);
  const kept: Follower = { socket, samples: [], messages: 0, machines: [] };
  socket.on('metrics', (samples) => {
    kept.messages++;
    kept.samples.push(...samples);
  });
  socket.on('machine', (change) => kept.machines.push(change));
  await connected(socket);
  return kept;
}
