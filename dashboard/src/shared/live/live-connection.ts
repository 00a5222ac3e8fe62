/**
 * The Socket.IO connection to `/live`. Subscribes to what the pages follow, reconnects and
 * subscribes again.
 */
import { io, type Socket } from 'socket.io-client';
import type {
  LiveClientEvents,
  LiveServerEvents,
  MachineEvent,
  MachineSample,
  SubscribeBody,
} from '../../../../src/contracts/index.js';
import type { TokenSource } from '../api/client.js';
import { BASE_PATH } from '../base-path.js';
import { serverNow } from '../clock.js';

/** The state of the connection. */
export type LiveState = 'connecting' | 'live' | 'down';

/** Callbacks of the connection. */
export interface LiveHandlers {
  /** New samples. */
  samples(samples: readonly MachineSample[]): void;
  /** The newest sample of each machine just subscribed to. */
  snapshot(samples: readonly MachineSample[]): void;
  machine(event: MachineEvent): void;
  /** An alert was opened, acknowledged or resolved. */
  alert(): void;
  /**
   * From now on nothing is missed, so that what was missed before must be fetched: of one topic that
   * is followed now, or, connected for the first time or again, of all (`null`).
   */
  joined(topic: string | null): void;
}

const ACKNOWLEDGE_MS = 10_000;
const RETRY_MS = 3_000;

/** Topics with the number of their followers; a topic is a machine's id or `all`. */
type Topics = Map<string, number>;

/** One socket for the whole page. */
export class LiveConnection {
  private readonly socket: Socket<LiveServerEvents, LiveClientEvents>;
  private readonly topics: Topics = new Map();
  private readonly listeners = new Set<() => void>();
  private state: LiveState = 'connecting';
  private lostAt = serverNow();
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: TokenSource,
    private readonly handlers: LiveHandlers,
  ) {
    this.socket = io('/live', {
      path: `${BASE_PATH}/socket.io`,
      autoConnect: false,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      auth: (callback) => {
        const token = session.token();
        callback(token === null ? {} : { token });
      },
    });
    this.socket.on('connect', () => void this.joinAll());
    this.socket.on('disconnect', (reason) => {
      this.set('down');
      // Socket.IO does not reconnect by itself after the server has closed the connection.
      if (reason === 'io server disconnect') this.reconnectSoon();
    });
    this.socket.on('connect_error', (error) => this.refused(error));
    this.socket.on('metrics', (samples) => handlers.samples(samples));
    this.socket.on('machine', (event) => handlers.machine(event));
    this.socket.on('alert', () => handlers.alert());
  }

  readonly getState = (): LiveState => this.state;

  /** The last moment of being live, in epoch milliseconds; before the first, when the page was opened. */
  lastLiveAt(): number {
    return this.state === 'live' ? serverNow() : this.lostAt;
  }

  readonly subscribeState = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Connects; also after signing in again. */
  open(): void {
    this.socket.connect();
  }

  /** Disconnects, e.g. after signing out. */
  close(): void {
    clearTimeout(this.retry);
    this.socket.disconnect();
    this.set('connecting');
  }

  /** Follows one machine, or `all`, until the returned function is called. */
  follow(topic: string): () => void {
    const count = this.topics.get(topic) ?? 0;
    this.topics.set(topic, count + 1);
    if (count === 0 && this.state === 'live') void this.joinOne(topic);
    return () => this.unfollow(topic);
  }

  private unfollow(topic: string): void {
    const count = (this.topics.get(topic) ?? 1) - 1;
    if (count > 0) {
      this.topics.set(topic, count);
      return;
    }
    this.topics.delete(topic);
    if (this.socket.connected) {
      this.socket.emit('unsubscribe', subscription(topic), () => undefined);
    }
  }

  private async joinAll(): Promise<void> {
    const joined = new Set<string>();
    // More may be followed while the first are confirmed.
    let missing = [...this.topics.keys()];
    while (missing.length > 0) {
      const confirmed = await Promise.all(missing.map((topic) => this.join(topic)));
      if (confirmed.includes(false)) return;
      for (const topic of missing) joined.add(topic);
      missing = [...this.topics.keys()].filter((topic) => !joined.has(topic));
    }
    this.set('live');
    this.handlers.joined(null);
  }

  private async joinOne(topic: string): Promise<void> {
    if (await this.join(topic)) this.handlers.joined(topic);
  }

  /** True if the server sends the topic from now on, or never can. */
  private async join(topic: string): Promise<boolean> {
    const { id } = this.socket;
    try {
      const socket = this.socket.timeout(ACKNOWLEDGE_MS);
      const answer = await socket.emitWithAck('subscribe', subscription(topic));
      if (answer.ok) this.handlers.snapshot(answer.snapshot);
      // A deleted machine cannot be followed; its page says so.
      else if (answer.code !== 'machines.not_found') throw new Error(answer.message);
      return this.socket.id === id;
    } catch {
      // Another connection meanwhile has joined its topics itself.
      if (this.socket.id === id) this.restart();
      return false;
    }
  }

  /** The server did not confirm the subscription: reconnect rather than show outdated values. */
  private restart(): void {
    if (!this.socket.connected) return;
    this.socket.disconnect();
    this.set('down');
    this.reconnectSoon();
  }

  private refused(error: Error): void {
    this.set('down');
    // An active socket tries again by itself; an inactive one was refused during the handshake.
    if (this.socket.active) return;
    const code = refusalCode(error);
    if (code.startsWith('auth.') && this.session.token() !== null) {
      this.session.renew().then(
        (renewed) => {
          if (renewed) this.reconnectSoon();
        },
        () => this.reconnectSoon(),
      );
    } else {
      this.reconnectSoon();
    }
  }

  private reconnectSoon(): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.socket.connect(), RETRY_MS * (0.5 + Math.random()));
  }

  private set(state: LiveState): void {
    if (state === this.state) return;
    if (this.state === 'live') this.lostAt = serverNow();
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function subscription(topic: string): SubscribeBody {
  return { machine_ids: topic === 'all' ? 'all' : [topic] };
}

/** The stable code of a refused handshake, which the server puts into the error. */
function refusalCode(error: Error): string {
  const data = 'data' in error ? error.data : undefined;
  if (typeof data === 'object' && data !== null && 'code' in data) return String(data.code);
  return error.message;
}
