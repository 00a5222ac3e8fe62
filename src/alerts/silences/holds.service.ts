/** What the silences in the database hold back now. */
import { Injectable, Logger } from '@nestjs/common';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import { isTimeZone } from '../rules/quiet-hours.js';
import type { SilenceEntity } from './silence.entity.js';
import { type HoldOf, holdsAt, NOTHING_HELD } from './silence-match.js';
import { SilencesStore } from './silences.store.js';

/** Reads anew at each call: what another replica wrote counts at once. */
@Injectable()
export class HoldsService {
  private readonly logger = new Logger(HoldsService.name);
  /** Time zones that this system does not know, and was said not to know. */
  private readonly unknownZones = new Set<string>();

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
    this.warnOfUnknownZones(begun);
    const tags = new Map<string, readonly string[]>();
    if (begun.some((silence) => silence.tags.length > 0)) {
      for (const machine of await this.machines.all()) {
        tags.set(machine.machine_id, machine.tags);
      }
    }
    return holdsAt(begun, (machine_id) => tags.get(machine_id) ?? [], now);
  }

  /** Once for each time zone. */
  private warnOfUnknownZones(silences: readonly SilenceEntity[]): void {
    for (const { id, weekly } of silences) {
      const zone = weekly?.time_zone;
      if (zone !== undefined && !this.unknownZones.has(zone) && !isTimeZone(zone)) {
        this.unknownZones.add(zone);
        this.logger.warn(
          `this system does not know the time zone ${zone} of silence ${id}: it holds nothing back`,
        );
      }
    }
  }
}
