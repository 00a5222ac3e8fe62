/** Removes devices that have no data left, and the longest silent of those that are too many. */
import { devicesToForget } from '../device-limits.js';
import type { StepResult } from '../metrics-store.js';
import { isConverting } from './conversion.js';
import { newestInHead } from './device-ages.js';
import type { HistorySession, HistoryStorage } from './history-storage.js';

/** Devices that one step removes: writers wait meanwhile. */
const DEVICES_PER_STEP = 200;

/** Goes round the machines, one a step. */
export class ForgetDevices {
  /** The machine that was gone through last. */
  private done = 0;

  constructor(private readonly storage: HistoryStorage) {}

  /** One bounded step. */
  async step(): Promise<StepResult> {
    // Of devices whose history is still in the old layout nobody knows when they last had data.
    if (await isConverting(this.storage.session)) {
      return { rows: 0, more: false };
    }
    const machine = await this.storage.session.nextMachineWithDevices(this.done);
    if (machine === null) {
      this.done = 0;
      return { rows: 0, more: false };
    }
    const { empty, surplus } = await this.devicesToForget(this.storage.session, machine);
    const some = surplus.slice(0, DEVICES_PER_STEP);
    const deleted =
      some.length > 0 ? await this.storage.session.deleteDeviceHistory(machine, some) : 0;
    if (deleted > 0) {
      return { rows: deleted, more: true };
    }
    if (empty.length === 0 && surplus.length === 0) {
      this.done = machine;
      return { rows: 0, more: true };
    }
    const removed = await this.storage.transaction('writers', async (session) => {
      // A writer may have been quicker.
      const now = await this.devicesToForget(session, machine);
      const ids = [...now.empty, ...now.surplus.filter((id) => some.includes(id))];
      const gone = ids.slice(0, DEVICES_PER_STEP);
      await session.deleteDevices(gone);
      return gone.length;
    });
    // If writers did not make way, a later round removes them.
    return { rows: removed ?? 0, more: removed !== null };
  }

  private async devicesToForget(
    session: HistorySession,
    machine: number,
  ): Promise<{ empty: number[]; surplus: number[] }> {
    const state = await session.state();
    const horizon = Math.min(state['raw.horizon'], state['1m.horizon'], state['1h.horizon']);
    const newest = await newestInHead(session, machine, 0);
    const devices = await session.devices(machine);
    return devicesToForget(
      devices.map(({ id, kind, last }) => {
        const time = Math.max(last ?? 0, newest.get(id) ?? 0);
        return { id, kind, last: time >= horizon && time > 0 ? time : null };
      }),
    );
  }
}
