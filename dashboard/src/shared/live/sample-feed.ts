/** Every streamed sample of one machine: charts need all of them, not only the newest. */
import type { MachineSample, StoredSample } from '../../../../src/contracts/index.js';

type Listener = (sample: StoredSample) => void;

/** Passes samples to the listeners of their machine. */
export class SampleFeed {
  private readonly listeners = new Map<string, Set<Listener>>();

  /** Calls `listener` for each sample of the machine until the returned function is called. */
  listen(machineId: string, listener: Listener): () => void {
    const listeners = this.listeners.get(machineId) ?? new Set();
    this.listeners.set(machineId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(machineId);
    };
  }

  /** Passes on streamed samples. */
  publish(samples: readonly MachineSample[]): void {
    for (const { machine_id, sample } of samples) {
      for (const listener of this.listeners.get(machine_id) ?? []) listener(sample);
    }
  }
}
