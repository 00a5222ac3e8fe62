/** The Socket.IO connection to `/live`: joins what the pages follow, reconnects and joins again. */
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

/** Whether live values arrive. */
export type LiveState = 'connecting' | 'live' | 'down';

/** What the connection tells the rest of the page. */
export interface LiveHandlers {
  /** New samples. */
  samples(samples: readonly MachineSample[]): void;
  /** The newest sample of each machine that has just been joined. */
  snapshot(samples: readonly MachineSample[]): void;
  machine(event: MachineEvent): void;
  /** An alert was opened, acknowledged or resolved. */
  alert(): void;
  /** Connected again after a break, or for the first time: whatever was missed must be fetched. */
  joined(): void;
}

const ACKNOWLEDGE_MS = 10_000;
const RETRY_MS = 3_000;

/** Topics with how many parts of the page follow each; a topic is a machine's id or `all`. */
type Topics = Map<string, number>;

/** One socket for the whole page. */
export class LiveConnection {
  private readonly socket: Socket<LiveServerEvents, LiveClientEvents>;
  private readonly topics: Topics = new Map();
  private readonly listeners = new Set<() => void>();
  private state: LiveState = 'connecting';
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
    this.socket.on('connect', () => this.joinAll());
    this.socket.on('disconnect', (reason) => {
      this.set('down');
      // Socket.IO does not come back by itself after the server closed the connection.
      if (reason === 'io server disconnect') this.reconnectSoon();
    });
    this.socket.on('connect_error', (error) => this.refused(error));
    this.socket.on('metrics', (samples) => handlers.samples(samples));
    this.socket.on('machine', (event) => handlers.machine(event));
    this.socket.on('alert', () => handlers.alert());
  }

  readonly getState = (): LiveState => this.state;

  readonly subscribeState = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Connects; also after signing in again. */
  open(): void {
    this.socket.connect();
  }

  /** Disconnects for good, e.g. after signing out. */
  close(): void {
    clearTimeout(this.retry);
    this.socket.disconnect();
    this.set('connecting');
  }

  /** Follows one machine, or `all`, until the returned function is called. */
  follow(topic: string): () => void {
    const count = this.topics.get(topic) ?? 0;
    this.topics.set(topic, count + 1);
    if (count === 0 && this.socket.connected) void this.join(topic);
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

  private joinAll(): void {
    this.set('live');
    for (const topic of this.topics.keys()) void this.join(topic);
    this.handlers.joined();
  }

  private async join(topic: string): Promise<void> {
    try {
      const socket = this.socket.timeout(ACKNOWLEDGE_MS);
      const answer = await socket.emitWithAck('subscribe', subscription(topic));
      if (answer.ok) this.handlers.snapshot(answer.snapshot);
      // A machine that was deleted has nothing to follow; its page says so.
      else if (answer.code !== 'machines.not_found') this.restart();
    } catch {
      this.restart();
    }
  }

  /** The server did not confirm: begin anew rather than show values that stand still. */
  private restart(): void {
    if (!this.socket.connected) return;
    this.socket.disconnect();
    this.set('down');
    this.reconnectSoon();
  }

  private refused(error: Error): void {
    this.set('down');
    // An active socket tries again by itself; an inactive one was refused in the handshake.
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
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function subscription(topic: string): SubscribeBody {
  return { machine_ids: topic === 'all' ? 'all' : [topic] };
}

/** The stable code of a refused handshake, as the server puts it into the error. */
function refusalCode(error: Error): string {
  const data = 'data' in error ? error.data : undefined;
  if (typeof data === 'object' && data !== null && 'code' in data) return String(data.code);
  return error.message;
}
