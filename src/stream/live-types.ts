/** Types of the `/live` namespace inside the server. */
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type {
  AlertEvent,
  LiveClientEvents,
  LiveServerEvents,
  MachineEvent,
  StoredSample,
} from '../contracts/index.js';
import type { GatedData } from './socket-gate.service.js';

/** New samples of one machine, oldest first, with their times in epoch milliseconds. */
export interface MachineSamples {
  machine_id: string;
  times: number[];
  samples: StoredSample[];
}

/** What replicas tell each other. */
export interface RelayEvents {
  samples(machines: MachineSamples[]): void;
  machineEvent(event: MachineEvent): void;
  alertEvent(event: AlertEvent): void;
}

/** What the server keeps with each socket of `/live`. */
export interface LiveSocketData extends GatedData {
  /** Since when it does not take what it is sent, in epoch milliseconds. */
  slowSince?: number;
}

/** The namespace. */
export type LiveNamespace = Namespace<
  LiveClientEvents,
  LiveServerEvents,
  RelayEvents,
  LiveSocketData
>;

/** One dashboard. */
export type LiveSocket = Socket<
  LiveClientEvents,
  LiveServerEvents,
  DefaultEventsMap,
  LiveSocketData
>;

/** Room of those who follow every machine; each machine's room is named by its id. */
export const ALL_ROOM = 'all';
/** Room of those who are sent no samples until they have caught up. */
export const SLOW_ROOM = 'slow';
