/** The server's own state in words. */
import type { DatabaseStatus, ReplicaStatus } from '../../../src/contracts/index.js';

/** Names of the databases. */
export const DATABASE_NAMES: Record<DatabaseStatus['kind'], string> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
};

/** What the background jobs do. */
const JOBS: Readonly<Record<string, string>> = {
  compact: 'Pack history into blocks',
  evaluate_alerts: 'Evaluate alert rules',
  forget_devices: 'Forget devices that vanished',
  prune_access: 'Remove ended sessions and keys',
  prune_alerts: 'Remove old alerts',
  prune_audit: 'Remove old entries of the audit log',
  prune_deliveries: 'Remove old notifications',
  prune_goodbyes: 'Remove old goodbyes of agents',
  prune_silences: 'Remove old silences',
  purge_deleted_machines: 'Remove the history of deleted machines',
  retain: 'Remove expired history',
  roll_up: 'Roll samples up to minutes and hours',
  send_notifications: 'Send notifications',
  sweep_presence: 'Find machines that went silent',
};

/** What a job does; a job that this version does not know keeps its name. */
export function jobLabel(name: string): string {
  return JOBS[name] ?? name.replaceAll('_', ' ');
}

/** How long a run took, in seconds: `3 ms`, `1.2 s`. */
export function formatRunTime(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1_000)} ms` : `${seconds.toFixed(1)} s`;
}

/** The open sockets of a replica. */
export function socketsText(replica: ReplicaStatus): string {
  const { live_sockets, agent_sockets } = replica;
  return `${count(live_sockets, 'dashboard')}, ${count(agent_sockets, 'agent')}`;
}

function count(amount: number, name: string): string {
  return `${amount} ${name}${amount === 1 ? '' : 's'}`;
}
