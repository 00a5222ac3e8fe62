/** The registry of machines, as people and the scheduler use it. */
import { Injectable } from '@nestjs/common';
import { AuditService } from '../auth/audit/audit.service.js';
import { MachineKeysService } from '../auth/keys/machine-keys.service.js';
import type { Actor, Principal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { AppError, NotFoundError } from '../common/errors.js';
import type {
  GoodbyeAnswer,
  GoodbyeReason,
  MachineDetail,
  MachineSummary,
  Page,
} from '../contracts/index.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { type MachineListOptions, pageOfMachines } from './machine-list.js';
import { type Goodbye, GoodbyesStore } from './presence/goodbyes.store.js';
import { MachineStatesStore } from './presence/machine-states.store.js';
import { PresenceService } from './presence/presence.service.js';
import { identityOfDeleted } from './registry/identity.js';
import type { MachineEntity } from './registry/machine.entity.js';
import { MachineDirectoryService } from './registry/machine-directory.service.js';
import { MachinesStore } from './registry/machines.store.js';

/** Pushes that were under way when a machine was deleted have ended by then. */
const PURGE_AFTER_MS = 15_000;
/** Rules are tried on 31 days at most, which end now as a rule. */
const GOODBYES_KEPT_MS = 32 * 86_400_000;

/** Lists, shows, changes and deletes machines. Throws `machines.not_found` (404). */
@Injectable()
export class MachinesService {
  constructor(
    private readonly store: MachinesStore,
    private readonly states: MachineStatesStore,
    private readonly goodbyes: GoodbyesStore,
    private readonly directory: MachineDirectoryService,
    private readonly presence: PresenceService,
    private readonly keys: MachineKeysService,
    private readonly audit: AuditService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  async list(options: MachineListOptions): Promise<Page<MachineSummary>> {
    await this.presence.refresh();
    const page = pageOfMachines(await this.directory.all(), this.presence, options);
    return { ...page, items: page.items.map((row) => this.presence.summary(row)) };
  }

  async get(machine_id: string): Promise<MachineDetail> {
    await this.presence.refresh();
    return this.detail(await this.find(machine_id));
  }

  /** Notes that a machine leaves. Throws `machines.not_yours` (403) to the agents of others. */
  async goodbye(machine_id: string, reason: GoodbyeReason, by: Principal): Promise<GoodbyeAnswer> {
    if (by.kind === 'machine' && by.machine_id !== machine_id.toLowerCase()) {
      throw new AppError(
        'forbidden',
        'machines.not_yours',
        'a machine may say goodbye for itself only',
      );
    }
    const machine = await this.find(machine_id);
    await this.presence.noteGoodbye(machine.key, reason);
    const at = this.presence.lastSeenAt(machine.key) ?? this.clock.now();
    await this.goodbyes.add(machine.key, { at, reason });
    return { status: 'goodbye_received' };
  }

  async change(
    machine_id: string,
    changes: { machine_name?: string; tags?: string[] },
    by: Actor,
  ): Promise<MachineDetail> {
    const machine = await this.find(machine_id);
    const given = Object.fromEntries(
      Object.entries({ machine_name: changes.machine_name, tags: changes.tags }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    if (Object.keys(given).length > 0) {
      if (!(await this.store.update(machine.key, given, this.clock.now()))) {
        throw notFound();
      }
      Object.assign(machine, given);
      this.directory.changed(machine.machine_id);
      await this.record('machine.update', machine, by, given);
      this.events.publish('machine.updated', { machine: this.presence.summary(machine) });
    }
    return this.detail(machine);
  }

  /** Its keys end at once; what it stored is purged later. Its host may register anew. */
  async remove(machine_id: string, by: Actor): Promise<void> {
    const machine = await this.find(machine_id);
    await this.keys.revokeAll(machine.key);
    const now = this.clock.now();
    const deleted = await this.store.update(
      machine.key,
      { identity: identityOfDeleted(machine.machine_id), deleted_at: now },
      now,
    );
    if (!deleted) {
      throw notFound();
    }
    this.directory.changed(machine.machine_id);
    await this.record('machine.delete', machine, by);
    this.events.publish('machine.deleted', {
      machineKey: machine.key,
      machine_id: machine.machine_id,
    });
  }

  async rotateKey(machine_id: string, by: Actor): Promise<{ machine_id: string; api_key: string }> {
    const machine = await this.find(machine_id);
    const api_key = await this.keys.rotate(machine.key, machine.machine_id);
    await this.record('machine.rotate_key', machine, by);
    return { machine_id: machine.machine_id, api_key };
  }

  /** What the agent of a machine said when it left, in a range of time; older than 32 days is forgotten. */
  goodbyesOf(machineKey: number, from: number, to: number): Promise<Goodbye[]> {
    return this.goodbyes.between(machineKey, from, to);
  }

  /** Removes goodbyes that no dry run can reach any more. */
  pruneGoodbyes(): Promise<void> {
    return this.goodbyes.prune(this.clock.now() - GOODBYES_KEPT_MS);
  }

  /** Internal keys of deleted machines whose data can be purged now. */
  deletedMachines(): Promise<number[]> {
    return this.store.deletedBefore(this.clock.now() - PURGE_AFTER_MS);
  }

  /** Removes what the registry still holds of a deleted machine; its samples must be gone first. */
  async purge(machineKey: number): Promise<void> {
    await this.store.remove(machineKey);
    await this.states.remove(machineKey);
    await this.goodbyes.remove(machineKey);
  }

  private async find(machine_id: string): Promise<MachineEntity> {
    const machine = await this.store.byMachineId(machine_id.toLowerCase());
    if (!machine) {
      throw notFound();
    }
    return machine;
  }

  private detail(machine: MachineEntity): MachineDetail {
    return { ...this.presence.summary(machine, true), host: machine.host };
  }

  private async record(
    action: string,
    machine: MachineEntity,
    by: Actor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    await this.audit.record({
      action,
      ...by,
      target: machine.machine_id,
      details: { machine_name: machine.machine_name, ...details },
    });
  }
}

function notFound(): NotFoundError {
  return new NotFoundError('machines.not_found', 'there is no machine with this id');
}
