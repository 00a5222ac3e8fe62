/** What the silences in the database hold back now. */
import { Injectable } from '@nestjs/common';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import { type HoldOf, holdsAt, NOTHING_HELD } from './silence-match.js';
import { SilencesStore } from './silences.store.js';

/** Reads anew at each call: what another replica wrote counts at once. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly silences: SilencesStore,
    private readonly machines: MachineDirectoryService,
  ) {}

  /** Answers for each alert what holds it at `now` (epoch milliseconds). */
  async at(now: number): Promise<HoldOf> {
    const begun = await this.silences.begun(now);
    if (begun.length === 0) {
      return NOTHING_HELD;
    }
    const tags = new Map<string, readonly string[]>();
    if (begun.some((silence) => silence.tags.length > 0)) {
      for (const machine of await this.machines.all()) {
        tags.set(machine.machine_id, machine.tags);
      }
    }
    return holdsAt(begun, (machine_id) => tags.get(machine_id) ?? [], now);
  }
}
