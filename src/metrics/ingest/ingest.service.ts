/** Takes pushes: checks them, gives them their time, and answers once they are durable. */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { Clock } from '../../common/clock.js';
import { AppError, InvalidInputError, NotFoundError } from '../../common/errors.js';
import { ServerConfig } from '../../config/server-config.js';
import {
  type BatchAnswer,
  PUSH_LIMITS,
  type PushAnswer,
  type PushedSample,
  type RejectedSample,
} from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import type { Sample } from '../../domain-events/event-map.js';
import { MachineDirectory } from '../../machines/machine-directory.js';
import { MetricsStore } from '../store/metrics-store.js';
import { ArrivalTimes } from './arrival-times.js';
import { ingestedSamples, observeQueue, writeSeconds } from './ingest-metrics.js';
import { PushWishes } from './push-wishes.js';
import { sampleFaults, sampleTime } from './sample-validator.js';
import { WriteQueue } from './write-queue.js';

const QUEUE_LIMITS = { samplesPerWrite: 5_000, waitingSamples: 50_000, concurrentWrites: 1 };

/** The one way in for samples, from HTTP and from sockets. */
@Injectable()
export class IngestService implements OnApplicationShutdown {
  private readonly queue: WriteQueue;
  private readonly arrivals = new ArrivalTimes();

  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachineDirectory,
    private readonly clock: Clock,
    private readonly config: ServerConfig,
    private readonly wishes: PushWishes,
    events: DomainEvents,
  ) {
    this.queue = new WriteQueue(
      async (samples) => {
        const stopTimer = writeSeconds.startTimer();
        const stored = await this.store.write(samples);
        stopTimer();
        return stored;
      },
      QUEUE_LIMITS,
      (samples) => {
        if (samples.length > 0) {
          events.publish('metrics.stored', { samples });
        }
      },
    );
    observeQueue(this.queue);
  }

  /** One sample; throws InvalidInputError naming its faults, NotFoundError, UnavailableError. */
  async ingest(principal: Principal, body: unknown): Promise<PushAnswer> {
    const checked = await this.check(principal, body, this.clock.now());
    if (checked instanceof AppError) {
      ingestedSamples.inc({ result: 'rejected' });
      throw checked;
    }
    const stored = await this.queue.push([checked]);
    ingestedSamples.inc({ result: stored.length === 1 ? 'accepted' : 'duplicate' });
    return { status: 'metrics_received', ...this.wishes.of(checked.machine) };
  }

  /** A batch: good samples are kept, faulty ones listed by index; throws if it is no batch. */
  async ingestBatch(principal: Principal, body: unknown): Promise<BatchAnswer> {
    const pushed = batchSamples(body);
    const now = this.clock.now();
    const samples: Sample[] = [];
    const rejected: RejectedSample[] = [];
    for (const [index, sample] of pushed.entries()) {
      const checked = await this.check(principal, sample, now);
      if (checked instanceof AppError) {
        rejected.push({ index, message: checked.message });
      } else {
        samples.push(checked);
      }
    }
    const stored = samples.length > 0 ? await this.queue.push(samples) : [];
    const duplicates = samples.length - stored.length;
    ingestedSamples.inc({ result: 'accepted' }, stored.length);
    ingestedSamples.inc({ result: 'duplicate' }, duplicates);
    ingestedSamples.inc({ result: 'rejected' }, rejected.length);
    const machine = samples[0]?.machine;
    return {
      status: 'metrics_received',
      accepted: stored.length,
      duplicates,
      rejected,
      ...(machine !== undefined && this.wishes.of(machine)),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
    await this.store.close();
  }

  private async check(
    principal: Principal,
    body: unknown,
    now: number,
  ): Promise<Sample | AppError> {
    const faults = sampleFaults(body);
    if (faults.length > 0) {
      return new InvalidInputError('metrics.invalid_sample', faults);
    }
    const pushed = body as PushedSample;
    const machine = await this.machineOf(principal, pushed.machine_id);
    if (machine instanceof AppError) {
      return machine;
    }
    const { timestamp, devices, missing, evidence } = pushed;
    const time =
      timestamp === undefined
        ? { time: this.arrivals.next(machine.machine, now) }
        : sampleTime(timestamp, { now, oldest: this.oldest(now) });
    if ('fault' in time) {
      return new InvalidInputError('metrics.invalid_timestamp', time.fault);
    }
    return { ...machine, timestamp: time.time, values: pushed, devices, missing, evidence };
  }

  /** The oldest time that is taken: what is older has no tier to go to. */
  private oldest(now: number): number {
    return Math.max(now - this.config.retention.raw, this.store.rawHorizon());
  }

  /** A machine pushes for itself; in the open mode anyone pushes for any known machine. */
  private async machineOf(
    principal: Principal,
    machineId: string,
  ): Promise<Pick<Sample, 'machine' | 'machine_id'> | AppError> {
    const id = machineId.toLowerCase();
    if (principal.kind === 'machine') {
      return principal.machine_id === id
        ? { machine: principal.machine, machine_id: id }
        : new AppError(
            'forbidden',
            'metrics.other_machine',
            "machine_id is not the machine of this key; push with that machine's own key",
          );
    }
    return (
      (await this.machines.resolve(id)) ??
      new NotFoundError('machines.not_found', 'machine_id is not a registered machine')
    );
  }
}

function batchSamples(body: unknown): unknown[] {
  const samples =
    typeof body === 'object' && body !== null && 'samples' in body ? body.samples : undefined;
  if (!Array.isArray(samples)) {
    throw new InvalidInputError('metrics.invalid_batch', 'samples must be a list of samples');
  }
  const unknown = Object.keys(body as object).filter((name) => name !== 'samples');
  if (unknown.length > 0) {
    throw new InvalidInputError(
      'metrics.invalid_batch',
      unknown.map((name) => `${name} is not a known field`),
    );
  }
  if (samples.length === 0) {
    throw new InvalidInputError('metrics.empty_batch', 'samples must not be empty');
  }
  if (samples.length > PUSH_LIMITS.batchSamples) {
    throw new AppError(
      'too_large',
      'metrics.batch_too_large',
      `samples must not be more than ${PUSH_LIMITS.batchSamples} in one batch`,
    );
  }
  return samples;
}
