/** Takes pushes: checks them, gives them their time, and answers once they are durable. */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { Clock } from '../../common/clock.js';
import { AppError, InvalidInputError } from '../../common/errors.js';
import { ServerConfig } from '../../config/server-config.js';
import {
  type BatchAnswer,
  PUSH_LIMITS,
  type PushAnswer,
  type RejectedSample,
} from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import type { Sample } from '../../domain-events/event-map.js';
import { PresenceService } from '../../machines/presence/presence.service.js';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import { MetricsStore } from '../store/metrics-store.js';
import { AgentRequestsService } from './agent-requests.service.js';
import { ArrivalTimes } from './arrival-times.js';
import {
  AheadError,
  checkSample,
  mentionedMachines,
  type PushScope,
  type PushTimes,
} from './check-sample.js';
import { IngestMetricsService } from './ingest-metrics.service.js';
import { WriteQueue } from './write-queue.js';

const QUEUE_LIMITS = { samplesPerWrite: 20_000, waitingSamples: 50_000, concurrentWrites: 1 };

/** The one way in for samples, from HTTP and from sockets. */
@Injectable()
export class IngestService implements OnApplicationShutdown {
  private readonly queue: WriteQueue;
  private readonly arrivals = new ArrivalTimes();

  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachineDirectoryService,
    private readonly presence: PresenceService,
    private readonly clock: Clock,
    private readonly config: ServerConfig,
    private readonly requests: AgentRequestsService,
    private readonly metrics: IngestMetricsService,
    events: DomainEvents,
  ) {
    this.queue = new WriteQueue(
      async (samples) => {
        const stopTimer = metrics.writeSeconds.startTimer();
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
    metrics.queue = this.queue;
  }

  /** One sample; throws InvalidInputError naming its faults, NotFoundError, UnavailableError. */
  async ingest(principal: Principal, body: unknown): Promise<PushAnswer> {
    const checked = checkSample(body, await this.scopeOf(principal, [body]), this.times());
    if (checked instanceof AppError) {
      this.noteRejected(checked);
      throw checked;
    }
    const { length: isNew } = await this.queue.push([checked]);
    this.metrics.samples[isNew ? 'accepted' : 'duplicate']++;
    return { status: 'metrics_received', ...this.requests.requestsFor(checked.machineKey) };
  }

  /** A batch: good samples are kept, faulty ones listed by index; throws if it is no batch. */
  async ingestBatch(principal: Principal, body: unknown): Promise<BatchAnswer> {
    const pushed = batchSamples(body);
    const scope = await this.scopeOf(principal, pushed);
    const times = this.times();
    const samples: Sample[] = [];
    const rejected: RejectedSample[] = [];
    for (let index = 0; index < pushed.length; index++) {
      const checked = checkSample(pushed[index], scope, times);
      if (checked instanceof AppError) {
        this.noteRejected(checked);
        rejected.push({ index, code: checked.code, message: checked.message });
      } else {
        samples.push(checked);
      }
    }
    const stored = samples.length > 0 ? await this.queue.push(samples) : [];
    const duplicates = samples.length - stored.length;
    this.metrics.samples.accepted += stored.length;
    this.metrics.samples.duplicate += duplicates;
    const machine = samples[0]?.machineKey;
    return {
      status: 'metrics_received',
      accepted: stored.length,
      duplicates,
      rejected,
      ...(machine !== undefined && this.requests.requestsFor(machine)),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
    await this.store.close();
  }

  /** A machine whose samples are ahead of time is alive nevertheless. */
  private noteRejected(error: AppError): void {
    this.metrics.samples.rejected++;
    if (error instanceof AheadError) {
      this.presence.noteAhead(error.machineKey, error.aheadMs);
    }
  }

  private times(): PushTimes {
    const now = this.clock.now();
    return {
      now,
      // What is older has no tier to go to.
      oldest: Math.max(now - this.config.retention.raw, this.store.rawHorizon()),
      arrival: (machine) => this.arrivals.next(machine, now),
    };
  }

  private async scopeOf(principal: Principal, bodies: readonly unknown[]): Promise<PushScope> {
    return principal.kind === 'machine'
      ? { own: principal }
      : { known: await this.machines.resolveMany(mentionedMachines(bodies)) };
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
