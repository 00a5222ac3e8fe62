/** Keeps readers that do not keep up from costing memory, or anyone else's time. */

import { gauge } from '../common/metrics.js';
import { type LiveNamespace, type LiveSocket, SLOW_ROOM } from './live-types.js';

/** A reader whose connection has not drained for so long is sent no samples until it has. */
const PATIENCE_MS = 1_000;
/** Packets that may wait in any case. */
const MAX_WAITING_PACKETS = 2_000;
/** A reader that takes nothing for so long is disconnected; it may come back. */
const GIVE_UP_MS = 30_000;

/** Packets that wait in a socket's connection. */
function waitingPackets(socket: LiveSocket): number {
  // Engine.IO keeps them in a field that its types call private.
  return (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
}

/** Moves sockets in and out of the room of the slow. */
export class SlowReaders {
  private readonly slowReaders = gauge({
    name: 'procspy_live_slow_readers',
    help: 'Sockets that are sent no samples until they have caught up.',
  });
  /** Since when each socket's connection has not been empty, in epoch milliseconds. */
  private readonly waitingSince = new WeakMap<LiveSocket, number>();
  private slow = 0;

  /** True while some reader has to be looked at although nothing is sent. */
  get any(): boolean {
    return this.slow > 0;
  }

  /** Looks at every socket before something is sent; answers those that have caught up. */
  update(namespace: LiveNamespace, now: number): LiveSocket[] {
    const recovered: LiveSocket[] = [];
    this.slow = 0;
    for (const socket of [...namespace.sockets.values()]) {
      const waiting = waitingPackets(socket);
      if (waiting === 0) {
        this.waitingSince.delete(socket);
        if (socket.data.slowSince !== undefined) {
          socket.data.slowSince = undefined;
          void socket.leave(SLOW_ROOM);
          recovered.push(socket);
        }
      } else {
        this.judge(socket, waiting, now);
      }
    }
    this.slowReaders.set(this.slow);
    return recovered;
  }

  private judge(socket: LiveSocket, waiting: number, now: number): void {
    const since = this.waitingSince.get(socket) ?? now;
    this.waitingSince.set(socket, since);
    if (socket.data.slowSince === undefined) {
      if (now - since < PATIENCE_MS && waiting < MAX_WAITING_PACKETS) {
        return;
      }
      socket.data.slowSince = now;
      void socket.join(SLOW_ROOM);
    } else if (now - socket.data.slowSince >= GIVE_UP_MS) {
      socket.disconnect(true);
      return;
    }
    this.slow++;
  }
}
