/** The status of a running agent, which it leaves in a file for `procspy-agent status`. */
import { join } from 'node:path';
import type { DeliveryStats } from './delivery/delivery.js';
import type { SpoolStats } from './delivery/spool/spool.js';
import type { CollectorStats } from './sampling/collectors/runner.js';
import { errorCode } from './shared/errors.js';
import { readJsonFile, writeFileAtomically } from './shared/files.js';

/** The state of an agent at one moment. Times are ISO 8601 UTC. */
export interface AgentStatus {
  pid: number;
  version: string;
  server: string;
  machine_id: string | null;
  started_at: string;
  written_at: string;
  samples_taken: number;
  overruns: number;
  memory_bytes: number;
  cpu_seconds: number;
  /** The machine has announced its sleep: nothing is sampled until it is awake. */
  asleep: boolean;
  delivery: DeliveryStats;
  spool: SpoolStats;
  collectors: CollectorStats[];
}

function pathIn(stateDir: string): string {
  return join(stateDir, 'status.json');
}

/** Writes the status. A folder that is not writable is ignored: the spool reports it. */
export function writeStatus(stateDir: string, status: AgentStatus): void {
  try {
    writeFileAtomically(pathIn(stateDir), `${JSON.stringify(status)}\n`, false);
  } catch (error) {
    if (errorCode(error) === '') throw error;
  }
}

/** The last status written; `null` if there is none. */
export function readStatus(stateDir: string): AgentStatus | null {
  const stored = readJsonFile(pathIn(stateDir)) as Partial<AgentStatus> | undefined;
  return typeof stored?.pid === 'number' && stored.delivery && stored.spool
    ? (stored as AgentStatus)
    : null;
}
