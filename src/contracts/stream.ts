/** Typed maps of the Socket.IO events, for server, agent and dashboard. */
import type { Alert } from './alert.js';
import type { MachineSummary } from './machine.js';
import type { BatchAnswer, BatchBody, StoredSample } from './sample.js';

/** A committed sample with its machine. */
export interface MachineSample {
  machine_id: string;
  sample: StoredSample;
}

/** A refusal in an acknowledgement; `status` and `code` are those of the HTTP error. */
export interface Refusal {
  ok: false;
  status: number;
  code: string;
  message: string;
}

/** The machines a dashboard wants to follow. */
export interface SubscribeBody {
  machine_ids: string[] | 'all';
}

/** Acknowledgement of `subscribe`: the latest sample of each machine that has one. */
export type SubscribeAnswer = { ok: true; snapshot: MachineSample[] } | Refusal;

/** Acknowledgement of `unsubscribe`. */
export type UnsubscribeAnswer = { ok: true } | Refusal;

/** A change in the list of machines. */
export type MachineEvent =
  | { type: 'registered' | 'status_changed' | 'updated'; machine: MachineSummary }
  | { type: 'deleted'; machine_id: string };

/** A change in an alert's life. */
export interface AlertEvent {
  type: 'opened' | 'acknowledged' | 'resolved';
  alert: Alert;
}

/** `/live`: what a dashboard sends. */
export interface LiveClientEvents {
  subscribe(body: SubscribeBody, acknowledge: (answer: SubscribeAnswer) => void): void;
  unsubscribe(body: SubscribeBody, acknowledge: (answer: UnsubscribeAnswer) => void): void;
}

/** `/live`: what the server sends. */
export interface LiveServerEvents {
  metrics(samples: MachineSample[]): void;
  machine(event: MachineEvent): void;
  alert(event: AlertEvent): void;
}

/** `/agent`: what an agent sends. */
export interface AgentClientEvents {
  metrics(body: BatchBody, acknowledge: (answer: BatchAnswer | Refusal) => void): void;
}
