/** How samples get to the server: the interface of both transports. */
import type { Identity } from '../../identity/identity.js';
import type { SpooledSample } from '../spool/record.js';
import type { Outcome } from './outcome.js';

/** The machine that samples belong to, and its key. */
export type MachineCredentials = Pick<Identity, 'machineId' | 'apiKey'>;

/** HTTP and Socket.IO give the same guarantee: `accepted` means durably stored. */
export interface Transport {
  /** Sends samples in order. Never throws: a broken connection is a `retry`. */
  send(
    machine: MachineCredentials,
    samples: readonly SpooledSample[],
    signal: AbortSignal,
  ): Promise<Outcome>;
  close(): void;
}

/** The JSON of a sample, with the machine that it belongs to. */
export function withMachine(json: string, machineId: string): string {
  return `{"machine_id":${JSON.stringify(machineId)},${json.slice(1)}`;
}

/** The body of `POST /metrics/batch`. */
export function batchBody(samples: readonly SpooledSample[], machineId: string): string {
  return `{"samples":[${samples.map(({ json }) => withMachine(json, machineId)).join(',')}]}`;
}
