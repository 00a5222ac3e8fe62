/** The keys of machines: one in force for each, shown once. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { UnavailableError } from '../../common/errors.js';
import { faultOf } from '../../database/faults.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { newKey } from '../hashing.js';
import type { ApiKeyEntity } from '../records/api-key.entity.js';
import { ApiKeyStore } from '../records/api-key.store.js';

/** How many registrations of one machine may collide before one is refused. */
const MAX_TRIES = 8;

/** Issues and ends the keys of machines. */
@Injectable()
export class MachineKeysService {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * A new key for the machine; the one before ends. Of several calls at the same moment each gets a
   * key, and the last one's is in force. `machine` is the internal key, `machine_id` the uuid.
   */
  async issue(machineKey: number, machine_id: string): Promise<string> {
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      const now = this.clock.now();
      const { key, key_hash, hint } = newKey('machine');
      const row: ApiKeyEntity = {
        id: randomUUID(),
        name: `machine ${machine_id}`,
        scope: 'machine',
        key_hash,
        hint,
        machine: machineKey,
        machine_id,
        current_machine: machineKey,
        created_at: now,
        created_by: 'enrolment',
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
        max_uses: null,
        uses: 0,
      };
      try {
        await this.keys.replaceMachineKey(row);
      } catch (error) {
        if (faultOf(error) === 'unique_violation') {
          continue;
        }
        throw error;
      }
      await this.publishEnded(machineKey, now);
      return key;
    }
    throw new UnavailableError('auth.key_contended', 'the machine is being enrolled elsewhere');
  }

  /** The same as `issue`, for a machine that already has a key. */
  rotate(machineKey: number, machine_id: string): Promise<string> {
    return this.issue(machineKey, machine_id);
  }

  /** Ends every key of the machine: its agent must enrol again. */
  async revokeAll(machineKey: number): Promise<void> {
    const now = this.clock.now();
    await this.keys.revokeMachine(machineKey, now);
    await this.publishEnded(machineKey, now);
  }

  private async publishEnded(machineKey: number, since: number): Promise<void> {
    const ended = await this.keys.revokedOfMachine(machineKey, since);
    if (ended.length > 0) {
      this.events.publish('auth.revoked', { principal_ids: ended });
    }
  }
}
