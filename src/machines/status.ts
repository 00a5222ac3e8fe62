/** When a machine counts as online. Pure: the clock comes in as a number. */
import type { MachineStatus } from '../contracts/index.js';

/** Silence that is always forgiven, in milliseconds. */
const MIN_SILENCE_MS = 15_000;

/** Sign of life of a machine, as one replica knows it. */
export interface SignOfLife {
  /** Epoch milliseconds; `null` if it never reported. */
  lastSeenAt: number | null;
  /** The machine reports to another replica, which tells of it late. */
  remote: boolean;
  /** The status that was last published. */
  knownStatus: MachineStatus | null;
}

/** What else decides: times in epoch milliseconds. */
export interface StatusContext {
  now: number;
  /** Since when this replica could have heard of machines. */
  listeningSince: number;
  /** How late other replicas' news may be. */
  replicaLagMs: number;
}

/**
 * `pending` never seen; `online` while the silence is at most three intervals (at least 15 s);
 * else `offline`. A machine that was online when the server stopped gets that long to come back.
 */
export function statusOf(
  life: SignOfLife,
  intervalSeconds: number,
  context: StatusContext,
): MachineStatus {
  if (life.lastSeenAt === null) {
    return 'pending';
  }
  const forgiven =
    Math.max(3_000 * intervalSeconds, MIN_SILENCE_MS) + (life.remote ? context.replicaLagMs : 0);
  const lastSign =
    life.knownStatus === 'online'
      ? Math.max(life.lastSeenAt, context.listeningSince)
      : life.lastSeenAt;
  return context.now - lastSign <= forgiven ? 'online' : 'offline';
}
