/** Machines in the shape that answers and events carry. */
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { MachineStatus, MachineSummary, StoredSample } from '../../contracts/index.js';
import type { MachineRow } from '../registry/machines.store.js';
import { clockOffsetSeconds } from './clock-offset.js';

/** For how long a conflict of two agents stays visible, in milliseconds. */
const CONFLICT_SHOWN_MS = 10 * 60_000;

/** What presence knows of a machine at some moment. */
export interface PresenceView {
  status: MachineStatus;
  lastSeenAt: number | null;
  conflictAt: number | null;
  /** Time of the newest sample, by the machine's clock. */
  latestAt: number | null;
  /** How far ahead its last push was refused, in milliseconds; `null` if it was taken. */
  refusedAheadMs: number | null;
  latest: StoredSample | null;
}

/** A machine as a list shows it; `now` in epoch milliseconds. */
export function toMachineSummary(
  row: MachineRow,
  presence: PresenceView,
  now: number,
): MachineSummary {
  const conflictAt = Math.max(row.identity_conflict_at ?? 0, presence.conflictAt ?? 0);
  return {
    machine_id: row.machine_id,
    machine_name: row.machine_name,
    os: row.os,
    agent_version: row.agent_version,
    tags: row.tags,
    status: presence.status,
    interval_seconds: row.interval_seconds,
    registered_at: isoTime(row.registered_at),
    last_seen_at: isoTimeOrNull(presence.lastSeenAt),
    identity_conflict: now - conflictAt < CONFLICT_SHOWN_MS,
    clock_offset_seconds:
      presence.refusedAheadMs === null
        ? (row.clock_offset_seconds ??
          clockOffsetSeconds(presence.latestAt, presence.lastSeenAt, row.interval_seconds))
        : Math.round(presence.refusedAheadMs / 1_000),
    latest: presence.latest,
  };
}
