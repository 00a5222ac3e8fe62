/** Carries what happens in the server to the dashboards that follow it. */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { counter } from '../common/metrics.js';
import type { AlertEvent, MachineEvent, MachineSample } from '../contracts/index.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import type { Sample } from '../domain-events/event-map.js';
import { toStoredSample } from '../machines/presence/stored-sample.js';
import {
  ALL_ROOM,
  type LiveNamespace,
  type LiveSocket,
  type MachineSamples,
  SLOW_ROOM,
} from './live-types.js';
import { SampleWindow } from './sample-window.js';
import { SlowReaders } from './slow-readers.js';

/** Distance of two messages of samples to one room, in milliseconds. */
const TICK_MS = 250;
/** The first sample after a pause waits only this long for others. */
const FIRST_MS = 20;
/** Samples of one message. */
const MESSAGE_SAMPLES = 1_000;

/** Sends the snapshot that a socket gets when it has caught up. */
export type CatchUp = (socket: LiveSocket) => void;

/** Gathers committed samples and streams them in ticks, to sockets here and on other replicas. */
@Injectable()
export class LiveFeedService implements OnApplicationShutdown {
  private readonly streamed = counter({
    name: 'procspy_live_messages_total',
    help: 'Messages with samples that were sent to rooms of /live.',
  });
  private readonly dropped = counter({
    name: 'procspy_live_dropped_samples_total',
    help: 'Samples that were not streamed because too many came at once; they are stored.',
  });
  private readonly window = new SampleWindow();
  private readonly slowReaders = new SlowReaders();
  private namespace: LiveNamespace | undefined;
  private relayed = false;
  private catchUp: CatchUp = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastTick = 0;
  private droppedBefore = 0;

  constructor(
    events: DomainEvents,
    private readonly clock: Clock,
  ) {
    events.on('metrics.stored', ({ samples }) => this.collect(samples));
    events.on('machine.registered', ({ machine }) =>
      this.publishMachine({ type: 'registered', machine }),
    );
    events.on('machine.updated', ({ machine }) =>
      this.publishMachine({ type: 'updated', machine }),
    );
    events.on('machine.status-changed', ({ machine }) =>
      this.publishMachine({ type: 'status_changed', machine }),
    );
    events.on('machine.deleted', ({ machine_id }) =>
      this.publishMachine({ type: 'deleted', machine_id }),
    );
    events.on('alert.opened', ({ alert }) => this.publishAlert({ type: 'opened', alert }));
    events.on('alert.acknowledged', ({ alert }) =>
      this.publishAlert({ type: 'acknowledged', alert }),
    );
    events.on('alert.resolved', ({ alert }) => this.publishAlert({ type: 'resolved', alert }));
  }

  /** Starts streaming to `namespace`; `relayed` says that other replicas get a copy. */
  attach(namespace: LiveNamespace, relayed: boolean, catchUp: CatchUp): void {
    this.namespace = namespace;
    this.relayed = relayed;
    this.catchUp = catchUp;
    namespace.on('samples', (machines) =>
      this.deliver(machines.flatMap((machine) => this.withoutStreamed(machine))),
    );
    namespace.on('machineEvent', (event) => this.deliverMachine(event));
    namespace.on('alertEvent', (event) => this.deliverAlert(event));
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.namespace = undefined;
  }

  /** On the path of every sample: without followers it costs nothing. */
  private collect(samples: readonly Sample[]): void {
    const { namespace } = this;
    if (!namespace) {
      return;
    }
    const { rooms } = namespace.adapter;
    const everything = this.relayed || rooms.has(ALL_ROOM);
    if (!everything && namespace.sockets.size === 0) {
      return;
    }
    for (const sample of samples) {
      if (everything || rooms.has(sample.machine_id)) {
        this.window.add(sample);
      }
    }
    if (!this.window.empty) {
      this.schedule();
    }
  }

  private schedule(): void {
    if (this.timer === undefined) {
      const rest = TICK_MS - (this.clock.now() - this.lastTick);
      const wait = Math.min(Math.max(rest, FIRST_MS), TICK_MS);
      this.timer = setTimeout(() => this.tick(), wait).unref();
    }
  }

  private tick(): void {
    this.timer = undefined;
    this.lastTick = this.clock.now();
    const { namespace } = this;
    if (!namespace) {
      return;
    }
    const taken = [...this.window.take()].map(([machine_id, samples]) => ({
      machine_id,
      times: samples.map((sample) => sample.timestamp),
      samples: samples.map(toStoredSample),
    }));
    this.dropped.inc(this.window.dropped - this.droppedBefore);
    this.droppedBefore = this.window.dropped;
    if (this.relayed && taken.length > 0) {
      namespace.serverSideEmit('samples', taken);
    }
    this.deliver(taken);
    if (this.slowReaders.any) {
      this.schedule();
    }
  }

  /** What another replica tells, without what was streamed here already. */
  private withoutStreamed({ machine_id, times, samples }: MachineSamples): MachineSamples[] {
    const fresh = times.map((time) => this.window.tryAdvance(machine_id, time));
    const kept = samples.filter((_, index) => fresh[index]);
    return kept.length > 0 ? [{ machine_id, times: [], samples: kept }] : [];
  }

  private deliver(machines: readonly MachineSamples[]): void {
    const { namespace } = this;
    if (!namespace) {
      return;
    }
    for (const socket of this.slowReaders.update(namespace, this.clock.now())) {
      this.catchUp(socket);
    }
    const { rooms } = namespace.adapter;
    for (const { machine_id, samples } of machines) {
      if (rooms.has(machine_id)) {
        this.send(
          machine_id,
          samples.map((sample) => ({ machine_id, sample })),
        );
      }
    }
    if (rooms.has(ALL_ROOM)) {
      this.sendToAll(machines);
    }
  }

  /** Those who follow every machine get the newest sample of each, without its devices. */
  private sendToAll(machines: readonly MachineSamples[]): void {
    const list: MachineSample[] = [];
    for (const { machine_id, samples } of machines) {
      const newest = samples.at(-1);
      if (newest) {
        const { devices: _, ...sample } = newest;
        list.push({ machine_id, sample: sample as MachineSample['sample'] });
      }
    }
    for (let start = 0; start < list.length; start += MESSAGE_SAMPLES) {
      this.send(ALL_ROOM, list.slice(start, start + MESSAGE_SAMPLES));
    }
  }

  private send(room: string, samples: MachineSample[]): void {
    this.namespace?.local.to(room).except(SLOW_ROOM).emit('metrics', samples);
    this.streamed.inc();
  }

  private publishMachine(event: MachineEvent): void {
    if (this.relayed) {
      this.namespace?.serverSideEmit('machineEvent', event);
    }
    this.deliverMachine(event);
  }

  private deliverMachine(event: MachineEvent): void {
    const machine_id = event.type === 'deleted' ? event.machine_id : event.machine.machine_id;
    this.namespace?.local.to([ALL_ROOM, machine_id]).emit('machine', event);
    if (event.type === 'deleted') {
      this.window.forget(machine_id);
      this.namespace?.local.in(machine_id).socketsLeave(machine_id);
    }
  }

  private publishAlert(event: AlertEvent): void {
    if (this.relayed) {
      this.namespace?.serverSideEmit('alertEvent', event);
    }
    this.deliverAlert(event);
  }

  private deliverAlert(event: AlertEvent): void {
    this.namespace?.local.to([ALL_ROOM, event.alert.machine_id]).emit('alert', event);
  }
}
