/** Who is there: the last sign of life and the newest sample of every machine. */
import { randomUUID } from 'node:crypto';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { UnavailableError } from '../../common/errors.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { SingleFlight } from '../../common/single-flight.js';
import type {
  GoodbyeReason,
  MachineStatus,
  MachineSummary,
  MetricName,
  StoredSample,
} from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { MachineDirectoryService } from '../registry/machine-directory.service.js';
import { type MachineRow, MachinesStore } from '../registry/machines.store.js';
import { InstanceConflicts } from './instance-conflicts.js';
import { MachineStatesStore } from './machine-states.store.js';
import { type PresenceView, toMachineSummary } from './machine-view.js';
import { PresenceMemory } from './presence-memory.js';
import { ReplicaStates } from './replica-states.js';
import { silentSince, statusOf } from './status.js';

/** How often changes are written to the table that replicas share. */
const FLUSH_MS = 5_000;
/** How old may be what was read of other replicas. */
const REFRESH_MS = 1_000;
/** How late a replica's writes may reach another; silence is judged after it. */
const REPLICA_LAG_MS = FLUSH_MS + 2 * REFRESH_MS;
/** A conflict of two agents is written again after this time at the soonest. */
const CONFLICT_NOTED_MS = 60_000;
/** Longer names of agent processes are no agent's. */
const MAX_INSTANCE_LENGTH = 64;
/** After a pause this long another replica may have swept meanwhile. */
const SWEPT_BY_OTHERS_MS = 20_000;

/** Sweeps further apart than this mean that the database or the process was away. */
const OUTAGE_MS = 15_000;

/** Holds the newest state of each machine in memory, and shares it through the database. */
@Injectable()
export class PresenceService
  implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  private readonly logger = new Logger(PresenceService.name);
  private readonly memory = new PresenceMemory();
  private readonly instances = new InstanceConflicts();
  private readonly conflicts = new Map<number, number>();
  private readonly unwrittenConflicts = new Set<number>();
  /** Names this process in the shared table. */
  private readonly writer = randomUUID();
  private readonly replicas: ReplicaStates;
  private listeningSince = 0;
  private refreshedAt = 0;
  private sweptAt = 0;
  /** The leader's term of the last sweep: between two of them another may have swept. */
  private term: AbortSignal | null = null;
  private readonly refreshing = new SingleFlight(() => this.readOthers());
  private readonly flushing = new SingleFlight(() => this.writeChanges());
  private readonly task = new PeriodicTask({
    name: PresenceService.name,
    everyMs: FLUSH_MS,
    run: () => this.flush(),
  });

  constructor(
    private readonly events: DomainEvents,
    private readonly states: MachineStatesStore,
    private readonly machines: MachinesStore,
    private readonly directory: MachineDirectoryService,
    private readonly clock: Clock,
  ) {
    this.replicas = new ReplicaStates(states, this.writer);
  }

  async onModuleInit(): Promise<void> {
    this.events.on('metrics.stored', ({ samples }) => this.memory.note(samples, this.clock.now()));
    this.events.on('machine.deleted', ({ machineKey }) => this.forget(machineKey));
    this.listeningSince = this.clock.now();
    this.memory.merge(await this.replicas.read(this.listeningSince), !this.states.exclusive);
    this.refreshedAt = this.listeningSince;
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await this.flushing.settled();
    await this.flush();
  }

  /**
   * Writes what changed since the last time; false if that failed, which is logged and tried again later.
   */
  flush(): Promise<boolean> {
    return this.flushing.run();
  }

  private async writeChanges(): Promise<boolean> {
    const rows = this.memory.takeDirty();
    try {
      await this.states.upsert(rows, this.writer, this.clock.now());
    } catch (error) {
      this.memory.putBack(rows.map((row) => row.machine));
      this.logger.warn(`presence could not be written: ${(error as Error).message}`);
      return false;
    }
    const conflicts = [...this.unwrittenConflicts];
    if (conflicts.length > 0) {
      try {
        await this.machines.markConflicts(conflicts, this.clock.now());
        for (const machine of conflicts) {
          this.unwrittenConflicts.delete(machine);
        }
        await this.publishConflicts(new Set(conflicts));
      } catch (error) {
        this.logger.warn(`conflicts could not be written: ${(error as Error).message}`);
      }
    }
    return true;
  }

  private async publishConflicts(machines: ReadonlySet<number>): Promise<void> {
    for (const row of await this.directory.all()) {
      if (machines.has(row.key)) {
        this.events.publish('machine.updated', { machine: this.summary(row) });
      }
    }
  }

  /** Reads what other replicas wrote, unless that was done a moment ago. */
  async refresh(): Promise<void> {
    if (this.states.exclusive || this.clock.now() - this.refreshedAt < REFRESH_MS) {
      return;
    }
    await this.refreshing.run();
  }

  private async readOthers(): Promise<void> {
    const startedAt = this.clock.now();
    this.memory.merge(await this.replicas.read(startedAt), true);
    this.refreshedAt = startedAt;
  }

  /** Takes an agent's goodbye; resolves once other replicas can read it, else throws `machines.not_kept`. */
  async noteGoodbye(machineKey: number, reason: GoodbyeReason): Promise<void> {
    this.memory.noteGoodbye(machineKey, reason, this.clock.now());
    await this.flushing.settled();
    if (!(await this.flush())) {
      throw new UnavailableError('machines.not_kept', 'the goodbye could not be kept', 5);
    }
  }

  /** When a machine last reported, in epoch milliseconds. */
  lastSeenAt(machineKey: number): number | null {
    return this.memory.get(machineKey)?.lastSeenAt || null;
  }

  /** Since when a machine is silent as far as this server could hear; `null` if it never reported. */
  silentSince(machineKey: number): number | null {
    const state = this.memory.get(machineKey);
    return silentSince(
      {
        lastSeenAt: state?.lastSeenAt || null,
        goodbye: state?.goodbye ?? null,
        knownStatus: state?.knownStatus ?? null,
      },
      this.listeningSince,
    );
  }

  /** Milliseconds by which a machine's newest sample was late when the machine last pushed. */
  latenessMs(machineKey: number): number {
    const state = this.memory.get(machineKey);
    return state && state.latestAt !== null ? Math.max(0, state.lastSeenAt - state.latestAt) : 0;
  }

  /** Milliseconds by which a machine's clock is slow, as its samples show; 0 if that is not known. */
  slowByMs(machineKey: number): number {
    return this.memory.slowByMs(machineKey);
  }

  /** One metric of a machine's newest sample, `null` if it is unknown. */
  metric(machineKey: number, name: MetricName): number | null {
    return this.memory.metric(machineKey, name);
  }

  /** What is known of a machine now; `devices` says whether its sample carries them. */
  view(row: MachineRow, devices = false): PresenceView {
    return {
      status: this.statusOf(row),
      lastSeenAt: this.lastSeenAt(row.key),
      conflictAt: this.conflicts.get(row.key) ?? null,
      latestAt: this.memory.get(row.key)?.latestAt ?? null,
      refusedAheadMs: this.memory.get(row.key)?.refusedAheadMs ?? null,
      latest: this.memory.latest(row.key, devices),
    };
  }

  /** The status of a machine now. */
  statusOf(row: MachineRow): MachineStatus {
    const state = this.memory.get(row.key);
    return statusOf(
      {
        lastSeenAt: state?.lastSeenAt || null,
        goodbye: state?.goodbye ?? null,
        remote: state?.remote ?? false,
        knownStatus: state?.knownStatus ?? null,
      },
      row.interval_seconds,
      {
        now: this.clock.now(),
        listeningSince: this.listeningSince,
        replicaLagMs: REPLICA_LAG_MS,
      },
    );
  }

  /** The newest sample of a machine; call `refresh` first where other replicas' matter. */
  latest(machineKey: number, devices: boolean): StoredSample | null {
    return this.memory.latest(machineKey, devices);
  }

  /** A machine as a list shows it. */
  summary(row: MachineRow, devices = false): MachineSummary {
    return toMachineSummary(row, this.view(row, devices), this.clock.now());
  }

  /**
   * Publishes `machine.status-changed` for each machine whose status differs from the one that was
   * published last. For one caller at a time: the leader's scheduler. Rejects between two writes once
   * `term` is over: the next leader publishes the rest.
   */
  async sweep(term: AbortSignal): Promise<void> {
    await this.flush();
    await this.refresh();
    if (!this.states.exclusive && (term !== this.term || this.hasPaused())) {
      this.memory.setKnown(await this.states.knownStatuses());
    }
    this.term = term;
    this.noteSweep();
    const changed = new Map<MachineStatus, MachineRow[]>();
    for (const row of await this.directory.all()) {
      const status = this.statusOf(row);
      const known = this.memory.get(row.key)?.knownStatus ?? 'pending';
      if (status !== known) {
        changed.set(status, [...(changed.get(status) ?? []), row]);
      }
    }
    for (const [status, rows] of changed) {
      term.throwIfAborted();
      await this.states.setKnownStatus(
        rows.map((row) => row.key),
        status,
      );
      for (const row of rows) {
        this.publishStatus(row, status);
      }
    }
  }

  private hasPaused(): boolean {
    return this.clock.now() - this.sweptAt > SWEPT_BY_OTHERS_MS;
  }

  /** While sweeps failed or the process slept, no machine could be heard: that is not silence. */
  private noteSweep(): void {
    const now = this.clock.now();
    if (this.sweptAt > 0 && now - this.sweptAt > OUTAGE_MS) {
      this.listeningSince = now;
    }
    this.sweptAt = now;
  }

  private publishStatus(row: MachineRow, status: MachineStatus): void {
    const state = this.memory.get(row.key);
    if (state) {
      state.knownStatus = status;
    }
    this.events.publish('machine.status-changed', {
      machine: { ...this.summary(row), status },
    });
  }

  /** A push of `machine` was refused because it is stamped so many milliseconds ahead. */
  noteAhead(machineKey: number, aheadMs: number): void {
    this.memory.noteAhead(machineKey, aheadMs, this.clock.now());
  }

  /** Tells which agent process pushed for a machine; two that alternate are a conflict. */
  noteInstance(machineKey: number, instance: string): void {
    const now = this.clock.now();
    if (instance.length > MAX_INSTANCE_LENGTH || !this.instances.note(machineKey, instance, now)) {
      return;
    }
    const before = this.conflicts.get(machineKey);
    this.conflicts.set(machineKey, now);
    if (before === undefined || now - before >= CONFLICT_NOTED_MS) {
      this.unwrittenConflicts.add(machineKey);
      this.logger.warn(`two agents push as one machine (internal key ${machineKey})`);
    }
  }

  private forget(machineKey: number): void {
    this.memory.forget(machineKey);
    this.instances.forget(machineKey);
    this.conflicts.delete(machineKey);
    this.unwrittenConflicts.delete(machineKey);
  }
}
