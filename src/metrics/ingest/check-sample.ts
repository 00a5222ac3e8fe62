/** From a pushed body to a sample, or to what is wrong with it. On the path of every sample. */
import { AppError, InvalidInputError, NotFoundError } from '../../common/errors.js';
import { type PushedSample, TIMESTAMP_AHEAD } from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';
import { sampleFaults, sampleTime, type TimeWindow } from './sample-validator.js';

/** A machine by both of its names. */
export type MachineNames = Pick<Sample, 'machineKey' | 'machine_id'>;

/** For whom a caller may push: a machine for itself, in the open mode anyone for those known. */
export type PushScope = { own: MachineNames } | { known: ReadonlyMap<string, MachineNames> };

/** When the push came, and the times it may carry. */
export interface PushTimes extends TimeWindow {
  /** The time for a sample of `machine` that brings none. */
  arrival(machineKey: number): number;
}

/** A sample of a known machine whose time has not come: its clock is ahead. */
export class AheadError extends InvalidInputError {
  constructor(
    readonly machineKey: number,
    readonly aheadMs: number,
    fault: string,
  ) {
    super(TIMESTAMP_AHEAD, fault);
  }
}

/** The sample in `body`, or the error that names its faults; never throws. */
export function checkSample(body: unknown, scope: PushScope, times: PushTimes): Sample | AppError {
  const faults = sampleFaults(body);
  if (faults.length > 0) {
    return new InvalidInputError('metrics.invalid_sample', faults);
  }
  const pushed = body as PushedSample;
  const found = machineOf(pushed.machine_id, scope);
  if (found instanceof AppError) {
    return found;
  }
  const { machineKey: machine, machine_id } = found;
  const { timestamp: given, devices, missing, evidence } = pushed;
  const timestamp = given === undefined ? times.arrival(machine) : sampleTime(given, times);
  if (typeof timestamp === 'number') {
    return {
      machineKey: machine,
      machine_id,
      timestamp,
      values: pushed,
      devices,
      missing,
      evidence,
    };
  }
  const { fault, aheadMs } = timestamp;
  return aheadMs === undefined
    ? new InvalidInputError('metrics.invalid_timestamp', fault)
    : new AheadError(machine, aheadMs, fault);
}

/** The machine ids that bodies mention, in lower case. */
export function mentionedMachines(bodies: readonly unknown[]): string[] {
  return bodies.flatMap((body) => {
    const id = (body as { machine_id?: unknown } | null)?.machine_id;
    return typeof id === 'string' ? [id.toLowerCase()] : [];
  });
}

function machineOf(pushedId: string, scope: PushScope): MachineNames | AppError {
  if ('own' in scope) {
    const { own } = scope;
    return pushedId === own.machine_id || pushedId.toLowerCase() === own.machine_id
      ? own
      : new AppError(
          'forbidden',
          'metrics.other_machine',
          "machine_id is not the machine of this key; push with that machine's own key",
        );
  }
  return (
    scope.known.get(pushedId.toLowerCase()) ??
    new NotFoundError('machines.not_found', 'machine_id is not a registered machine')
  );
}
