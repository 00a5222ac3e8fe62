/** Bounds the connections that have not yet said who they are. */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';

/** How many connections may be open, and how many may be silent. */
export interface ConnectionLimits {
  /** Connections in all. */
  open: number;
  /** Connections that have joined no namespace yet. */
  silent: number;
  /** The same from one address. */
  silentPerAddress: number;
  /** How long a connection may be silent, in milliseconds. */
  silenceMs: number;
}

/** Counts silent connections, and cuts them off when they have been silent for too long. */
export class SilentConnections {
  private count = 0;
  private readonly byAddress = new Map<string, number>();

  /** `addressOf` tells who a connection is from, also behind proxies. */
  constructor(
    private readonly limits: ConnectionLimits,
    private readonly addressOf: (request: IncomingMessage) => string,
  ) {}

  /** Starts counting the connections of `server`. */
  watch(server: Server): void {
    server.engine.on('connection', (connection: EngineConnection) => {
      const release = this.add(this.addressOf(connection.request));
      const timer = setTimeout(() => cutOff(connection), this.limits.silenceMs).unref();
      connection.release = () => {
        clearTimeout(timer);
        release();
      };
      connection.once('close', connection.release);
    });
  }

  /** True if another connection from there may open; `open` is how many are. */
  admits(request: IncomingMessage, open: number): boolean {
    const { limits } = this;
    const fromThere = this.byAddress.get(this.addressOf(request)) ?? 0;
    return open < limits.open && this.count < limits.silent && fromThere < limits.silentPerAddress;
  }

  private add(address: string): () => void {
    this.count++;
    this.byAddress.set(address, (this.byAddress.get(address) ?? 0) + 1);
    let counted = true;
    return () => {
      if (!counted) {
        return;
      }
      counted = false;
      this.count--;
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left > 0) {
        this.byAddress.set(address, left);
      } else {
        this.byAddress.delete(address);
      }
    };
  }
}

interface EngineConnection {
  request: IncomingMessage;
  transport: { name: string };
  close(discard: boolean): void;
  once(event: 'close', listener: () => void): void;
  release?: () => void;
}

/** A polite end would wait half a minute for the other side to agree. */
function cutOff(connection: EngineConnection): void {
  connection.close(true);
  if (connection.transport.name === 'websocket') {
    connection.request.socket.destroy();
  }
}

/** Says that a connection has joined a namespace: it is silent no more. */
export function hasSpoken(connection: unknown): void {
  (connection as EngineConnection).release?.();
}
