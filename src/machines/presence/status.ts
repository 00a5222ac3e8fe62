/** When a machine counts as online. Pure: the clock comes in as a number. */
import {
  type GoodbyeReason,
  LONGEST_BACKOFF_MS,
  type MachineStatus,
} from '../../contracts/index.js';

/** Silence that is always forgiven, in milliseconds. */
const MIN_SILENCE_MS = 15_000;

/** Sign of life of a machine, as one replica knows it. */
export interface SignOfLife {
  /** Epoch milliseconds; `null` if it never reported. */
  lastSeenAt: number | null;
  /** Set if that sign of life was a goodbye. */
  goodbye: GoodbyeReason | null;
  /** The machine reports to another replica, whose writes arrive late. */
  remote: boolean;
  /** The status that was last published. */
  knownStatus: MachineStatus | null;
}

/** What else decides: times in epoch milliseconds. */
export interface StatusContext {
  now: number;
  /** Since when this replica could have heard of machines. */
  listeningSince: number;
  /** How late what other replicas write may arrive. */
  replicaLagMs: number;
}

/**
 * Since when a machine is silent, in epoch milliseconds; `null` if it never reported. Before
 * `listeningSince` nobody listened, and after it an agent may still be waiting for its next try.
 */
export function silentSince(
  { lastSeenAt, goodbye, knownStatus }: Omit<SignOfLife, 'remote'>,
  listeningSince: number,
): number | null {
  const isKnown = goodbye !== null || knownStatus === 'offline';
  if (lastSeenAt === null || isKnown || lastSeenAt >= listeningSince) {
    return lastSeenAt;
  }
  return listeningSince + LONGEST_BACKOFF_MS;
}

/**
 * `pending` never seen; `stopped` or `asleep` from its goodbye on; `online` while the silence is at most three intervals (at least 15 s);
 * else `offline`.
 */
export function statusOf(
  life: SignOfLife,
  intervalSeconds: number,
  context: StatusContext,
): MachineStatus {
  const silent = silentSince(life, context.listeningSince);
  if (silent === null) {
    return 'pending';
  }
  if (life.goodbye !== null) {
    return life.goodbye === 'sleep' ? 'asleep' : 'stopped';
  }
  const forgiven =
    Math.max(3_000 * intervalSeconds, MIN_SILENCE_MS) + (life.remote ? context.replicaLagMs : 0);
  return context.now - silent <= forgiven ? 'online' : 'offline';
}
