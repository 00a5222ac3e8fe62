/** Registration: which machine an agent is, and whether it gets a key. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../auth/audit/audit.service.js';
import { EnrollmentKeysService } from '../auth/keys/enrollment-keys.service.js';
import { MachineKeysService } from '../auth/keys/machine-keys.service.js';
import type { Actor, MachinePrincipal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { AppError, NotFoundError, UnavailableError } from '../common/errors.js';
import type { RegisterAnswer, RegisterBody } from '../contracts/index.js';
import { faultOf } from '../database/faults.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { PresenceService } from './presence/presence.service.js';
import { identityAfter, identityOf } from './registry/identity.js';
import type { MachineEntity } from './registry/machine.entity.js';
import { MachineDirectoryService } from './registry/machine-directory.service.js';
import { MachinesStore } from './registry/machines.store.js';

/** Where the agent does not say how often it pushes. */
const DEFAULT_INTERVAL_SECONDS = 5;
/** A machine may be deleted between two statements; more often than this is no accident. */
const MAX_TRIES = 3;

/** Registers machines. The same identity is the same machine, also at the same moment. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly store: MachinesStore,
    private readonly directory: MachineDirectoryService,
    private readonly presence: PresenceService,
    private readonly keys: MachineKeysService,
    private readonly enrollments: EnrollmentKeysService,
    private readonly audit: AuditService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * An enrolment key gets a fresh machine key, a machine's own key only updates its facts; in the
   * open mode a new machine gets a key and a known one none. Throws `machines.other_machine` (403).
   */
  async register(by: Actor, body: RegisterBody): Promise<RegisterAnswer> {
    const { actor } = by;
    if (actor.kind === 'machine') {
      const machine = await this.registerAgain(actor, body);
      return { status: 'registered', machine_id: machine.machine_id };
    }
    await this.enrollments.countUse(actor);
    const { machine, isNew } = await this.enrol(body);
    const answer = { status: 'registered' as const, machine_id: machine.machine_id };
    if (!isNew && actor.kind === 'anonymous') {
      return answer;
    }
    const api_key = await this.keys.issue(machine.key, machine.machine_id);
    await this.audit.record({
      action: 'machine.enroll',
      ...by,
      target: machine.machine_id,
      details: { machine_name: machine.machine_name, new: isNew },
    });
    return { ...answer, api_key };
  }

  private async enrol(body: RegisterBody): Promise<{ machine: MachineEntity; isNew: boolean }> {
    const identity = identityOf(body);
    const machine_id = randomUUID();
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      await this.store.insertIfNew(newMachine(machine_id, identity, body, this.clock.now()));
      const machine = await this.store.byIdentity(identity);
      if (machine?.machine_id === machine_id) {
        this.directory.changed(machine_id);
        this.events.publish('machine.registered', { machine: this.presence.summary(machine) });
        return { machine, isNew: true };
      }
      if (machine && (await this.update(machine, identity, body))) {
        return { machine, isNew: false };
      }
    }
    throw new UnavailableError(
      'machines.contended',
      'the machine is being registered and deleted at the same time; try again',
    );
  }

  private async registerAgain(
    principal: MachinePrincipal,
    body: RegisterBody,
  ): Promise<MachineEntity> {
    const machine = await this.store.byKey(principal.machineKey);
    if (!machine) {
      throw new NotFoundError('machines.not_found', 'the machine of this key was deleted');
    }
    const identity = identityAfter(machine, body);
    if (identity === null) {
      throw otherMachine(body);
    }
    try {
      if (await this.update(machine, identity, body)) {
        return machine;
      }
    } catch (error) {
      throw faultOf(error) === 'unique_violation' ? otherMachine(body) : error;
    }
    throw new NotFoundError('machines.not_found', 'the machine of this key was deleted');
  }

  /** Returns false if the machine was deleted meanwhile. */
  private async update(
    machine: MachineEntity,
    identity: string,
    body: RegisterBody,
  ): Promise<boolean> {
    const changes = changedFacts(machine, identity, body);
    if (!(await this.store.update(machine.key, changes, this.clock.now()))) {
      return false;
    }
    Object.assign(machine, changes);
    this.directory.changed(machine.machine_id);
    this.events.publish('machine.updated', { machine: this.presence.summary(machine) });
    return true;
  }
}

function newMachine(
  machine_id: string,
  identity: string,
  body: RegisterBody,
  now: number,
): Omit<MachineEntity, 'key'> {
  return {
    machine_id,
    identity,
    machine_name: body.machine_name,
    os: body.os,
    agent_version: body.agent_version,
    tags: body.tags ?? [],
    host: body.host ?? {},
    interval_seconds: body.interval_seconds ?? DEFAULT_INTERVAL_SECONDS,
    clock_offset_seconds: body.clock_offset_seconds ?? null,
    registered_at: now,
    identity_conflict_at: null,
    deleted_at: null,
    reported_name: body.machine_name,
    reported_tags: body.tags ?? [],
    changed_at: now,
  };
}

/** What an administrator changed stays until the agent itself says something new. */
function changedFacts(
  machine: MachineEntity,
  identity: string,
  body: RegisterBody,
): Partial<MachineEntity> {
  const tags = body.tags ?? machine.reported_tags ?? [];
  const renamed = body.machine_name !== machine.reported_name;
  const retagged = JSON.stringify(tags) !== JSON.stringify(machine.reported_tags ?? []);
  return {
    identity,
    os: body.os,
    agent_version: body.agent_version,
    interval_seconds: body.interval_seconds ?? machine.interval_seconds,
    clock_offset_seconds: body.clock_offset_seconds ?? null,
    ...(body.host && { host: body.host }),
    ...(renamed && { machine_name: body.machine_name, reported_name: body.machine_name }),
    ...(retagged && { tags, reported_tags: tags }),
  };
}

function otherMachine(body: RegisterBody): AppError {
  const field = body.machine_fingerprint ? 'machine_fingerprint' : 'machine_name';
  return new AppError(
    'forbidden',
    'machines.other_machine',
    `${field} is not that of this key's machine; register it with an enrolment key`,
  );
}
