/** Delivers samples to the server: live ones first, then the backlog at a bounded rate, each once. */
import {
  type AgentRequests,
  type GoodbyeReason,
  TIMESTAMP_AHEAD,
} from '../../../src/contracts/index.js';
import { ConnectionError, type HttpClient } from '../http/http-client.js';
import type { Enrolment } from '../identity/enrolment.js';
import type { Identity } from '../identity/identity.js';
import type { Clock, Schedule } from '../shared/clock.js';
import { errorMessage } from '../shared/errors.js';
import { InterruptibleTimer } from '../shared/interruptible-timer.js';
import type { Log } from '../shared/log.js';
import { formatDuration } from '../shared/units.js';
import { Backlog } from './backlog.js';
import { backoffMs } from './backoff.js';
import { sayGoodbye } from './goodbye.js';
import { LiveQueue } from './live-queue.js';
import { MachineAccess } from './machine-access.js';
import type { ServerTime } from './server-time.js';
import type { SpooledSample } from './spool/record.js';
import type { Spool } from './spool/spool.js';
import type { Outcome } from './transport/outcome.js';
import type { Transport } from './transport/transport.js';

export interface DeliveryParts {
  spool: Spool;
  transport: Transport;
  enrolment: Enrolment;
  client: HttpClient;
  clock: Clock;
  serverTime: ServerTime;
  schedule: Schedule;
  random(): number;
  log: Log;
  server: URL;
  intervalMs: number;
  /** Samples stamped further ahead of the time than this are dropped. */
  maxAheadMs: number;
  /** Called with what the server asks for in its acknowledgements. */
  onRequests(requests: AgentRequests | undefined): void;
}

/** State and counters of a delivery. */
export interface DeliveryStats {
  state: 'starting' | 'delivering' | 'unreachable' | 'unauthorized' | 'refused';
  /** Why nothing is delivered; `null` while samples are. */
  problem: string | null;
  delivered: number;
  refused: number;
  retries: number;
  /** Samples on which the server fails; they are kept and retried from time to time. */
  setAside: number;
  /** Wall time of the last acknowledgement. */
  lastDeliveredMs: number | null;
}

/** After this many internal errors in a row the server itself is considered at fault. */
const SERVER_FAULT_THRESHOLD = 5;
/** How often to check whether somebody has resolved what blocks the delivery. */
const POLL_MS = 2_000;

/** A single loop owns the connection: there is at most one request at a time. */
export class Delivery {
  readonly stats: DeliveryStats = {
    state: 'starting',
    problem: null,
    delivered: 0,
    refused: 0,
    retries: 0,
    setAside: 0,
    lastDeliveredMs: null,
  };
  private readonly live: LiveQueue;
  private readonly access: MachineAccess;
  private readonly backlog: Backlog;
  private failures = 0;
  private quietUntilMs = Number.NEGATIVE_INFINITY;
  /** Last known offset of the machine's clock, in seconds. */
  private clockOffset: number | null = null;
  private stopping = false;
  /** Set while the machine sleeps or is about to; `announced` once the goodbye was attempted. */
  private sleep: { announced: boolean; onAnnounced(): void } | null = null;
  private readonly abort = new AbortController();
  private readonly timer: InterruptibleTimer;
  private loop: Promise<void> | null = null;

  constructor(private readonly parts: DeliveryParts) {
    this.timer = new InterruptibleTimer(parts.schedule);
    this.live = new LiveQueue(parts.clock, parts.intervalMs);
    this.access = new MachineAccess(parts);
    this.backlog = new Backlog(parts);
  }

  /** Starts the loop; `failed` is called with an unexpected error. */
  start(failed: (error: unknown) => void): void {
    this.loop = this.run().catch(failed);
  }

  /** Adds a sample that is in the spool. */
  add(sample: SpooledSample): void {
    this.live.add(sample);
    if (!this.isPaused()) this.timer.interrupt();
  }

  /** Has the host's facts compared at the next step. */
  factsChanged(): void {
    this.access.factsChanged();
  }

  /** Sends the live samples, says goodbye and sends nothing more until `resume`. Resolves after the goodbye. */
  suspend(): Promise<void> {
    return new Promise((resolve) => {
      this.sleep = { announced: false, onAnnounced: resolve };
      this.timer.interrupt();
    });
  }

  resume(): void {
    this.sleep = null;
    this.timer.interrupt();
  }

  /**
   * Makes a last attempt to send the live samples, says goodbye with `reason` if there is one, and ends, all
   * within `graceMs`.
   */
  async stop(graceMs: number, reason: GoodbyeReason | null = null): Promise<void> {
    this.stopping = true;
    this.timer.interrupt();
    const cancel = this.parts.schedule(() => this.abort.abort(), graceMs);
    await this.loop;
    if (reason !== null) await this.sayGoodbye(reason);
    cancel();
    this.parts.transport.close();
  }

  /** Skipped while nothing is delivered; the server then notices the silence by itself. */
  private async sayGoodbye(reason: GoodbyeReason): Promise<void> {
    const { client, enrolment, log } = this.parts;
    const identity = enrolment.current();
    if (this.stats.state !== 'delivering' || !identity) return;
    try {
      await sayGoodbye(client, identity, reason, this.abort.signal);
    } catch (error) {
      log.warn(`the server did not take the goodbye: ${errorMessage(error)}`);
    }
  }

  /** True while a new sample must not trigger an attempt. */
  private isPaused(): boolean {
    return this.access.isBlocked || this.parts.clock.monotonicMs() < this.quietUntilMs;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      if (this.sleep) {
        await this.beforeSleep(this.sleep);
        if (this.sleep && !this.stopping) await this.timer.wait(POLL_MS);
        continue;
      }
      const waitMs = await this.step();
      const hasFresh = !this.live.isEmpty && !this.isPaused();
      if (waitMs > 0 && !hasFresh && !this.stopping) await this.timer.wait(waitMs);
    }
    if (this.stats.state === 'delivering' && !this.live.isEmpty) await this.step();
  }

  private async beforeSleep(sleep: NonNullable<Delivery['sleep']>): Promise<void> {
    if (sleep.announced) return;
    sleep.announced = true;
    if (this.stats.state === 'delivering' && !this.live.isEmpty) await this.step();
    await this.sayGoodbye('sleep');
    sleep.onAnnounced();
  }

  /** Takes the next action that is due; returns how long to wait before the one after it. */
  private async step(): Promise<number> {
    const nowMs = this.parts.clock.monotonicMs();
    if (nowMs < this.quietUntilMs) return this.quietUntilMs - nowMs;
    if (!this.access.beginAttempt(nowMs)) return POLL_MS;
    if (this.parts.serverTime.isDue() && !(await this.synchronizeClock())) return 0;
    const identity = await this.obtainIdentity(nowMs);
    if (!identity) return 0;
    const fresh = this.live.fresh();
    if (fresh.length > 0) {
      await this.push(identity, fresh);
      return 0;
    }
    return this.sendBacklog(identity, nowMs);
  }

  /** Compares the clocks; false if the server cannot be reached. */
  private async synchronizeClock(): Promise<boolean> {
    const { serverTime } = this.parts;
    try {
      await serverTime.synchronize(this.abort.signal);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.handleRetry(error.message);
      return false;
    }
    const offset = serverTime.clockOffsetSeconds();
    if (offset !== this.clockOffset) this.factsChanged();
    this.clockOffset = offset;
    return true;
  }

  private async sendBacklog(identity: Identity, nowMs: number): Promise<number> {
    const next = this.backlog.next(nowMs);
    this.stats.setAside = this.backlog.setAside;
    if (next.kind === 'wait') return next.waitMs;
    await this.push(identity, next.batch);
    return 0;
  }

  /** The identity to send with; `null` if there is none now. */
  private async obtainIdentity(nowMs: number): Promise<Identity | null> {
    const outcome = await this.access.obtainIdentity(nowMs, this.abort.signal);
    switch (outcome.kind) {
      case 'registered':
        this.failures = 0;
        return outcome.identity;
      case 'known':
        return outcome.identity;
      case 'refused':
        this.block('refused', outcome.problem);
        return null;
      case 'retry':
        this.handleRetry(outcome.reason, outcome.afterMs);
        return null;
    }
  }

  private async push(identity: Identity, samples: readonly SpooledSample[]): Promise<void> {
    const { transport } = this.parts;
    const outcome = await transport.send(identity, samples, this.abort.signal);
    switch (outcome.kind) {
      case 'accepted':
        await this.handleAccepted(samples, outcome);
        return;
      case 'refused':
        await this.handleRefused(identity, samples, outcome);
        return;
      case 'retry':
        this.handleRetry(outcome.reason, outcome.afterMs);
        return;
      case 'fault':
        this.handleFault(samples, outcome.reason);
        return;
      case 'unauthorized':
      case 'unknown_machine':
        this.block('unauthorized', this.access.noteRefusal(outcome));
        return;
    }
  }

  private async handleAccepted(
    samples: readonly SpooledSample[],
    outcome: Extract<Outcome, { kind: 'accepted' }>,
  ): Promise<void> {
    const early = new Set<SpooledSample>();
    let refused = 0;
    for (const { index, code, message } of outcome.rejected) {
      const sample = samples[index];
      if (sample && code === TIMESTAMP_AHEAD) {
        early.add(sample);
        continue;
      }
      refused += 1;
      this.parts.log.warn(`the server will not take a sample: ${message}`);
    }
    this.settle(samples.filter((sample) => !early.has(sample)));
    this.failures = 0;
    this.backlog.noteAccepted(samples.length);
    this.stats.delivered += samples.length - outcome.rejected.length;
    this.stats.refused += refused;
    this.stats.lastDeliveredMs = this.parts.clock.wallMs();
    if (early.size > 0) await this.restampOrPostpone([...early]);
    if (this.stats.state !== 'delivering') {
      const waiting = this.parts.spool.pendingBelow();
      const follow = waiting > 0 ? `; ${waiting} samples that waited follow` : '';
      this.parts.log.info(`delivering to ${this.parts.server.href}${follow}`);
      this.stats.state = 'delivering';
      this.stats.problem = null;
    }
    this.parts.onRequests(outcome.wants);
  }

  /** Halves a batch that is refused as a whole until the sample at fault is alone. */
  private async handleRefused(
    identity: Identity,
    samples: readonly SpooledSample[],
    outcome: Extract<Outcome, { kind: 'refused' }>,
  ): Promise<void> {
    if (samples.length > 1) {
      const middle = Math.ceil(samples.length / 2);
      await this.push(identity, samples.slice(0, middle));
      // Whatever stopped the first half would stop the second, too: it stays in the spool.
      if (!this.isPaused()) await this.push(identity, samples.slice(middle));
      return;
    }
    if (outcome.code === TIMESTAMP_AHEAD) {
      await this.restampOrPostpone(samples);
      return;
    }
    this.settle(samples);
    this.stats.refused += 1;
    this.parts.log.warn(`the server will not take a sample: ${outcome.reason}`);
  }

  /**
   * For samples that a wrong clock stamped ahead of the time. The clock's offset is subtracted from the stamp;
   * since the server has not stored them, none is stored twice. If the offset is no longer known because the
   * clock was corrected, they go to the end of the queue until their time has come.
   */
  private async restampOrPostpone(samples: readonly SpooledSample[]): Promise<void> {
    const { spool, serverTime, log, maxAheadMs } = this.parts;
    if (!(await this.synchronizeClock())) return;
    const nowMs = serverTime.wallMs();
    const offsetMs = (serverTime.clockOffsetSeconds() ?? 0) * 1_000;
    for (const { json } of samples) {
      const sample = JSON.parse(json) as { timestamp: number };
      const restamped = sample.timestamp - offsetMs;
      if (restamped <= nowMs + this.parts.intervalMs) sample.timestamp = restamped;
      else if (sample.timestamp > nowMs + maxAheadMs) {
        this.stats.refused += 1;
        log.warn('a sample is dropped: it is stamped too far ahead of the time');
        continue;
      } else this.backlog.postpone();
      spool.append(JSON.stringify(sample));
    }
    this.settle(samples);
  }

  private settle(samples: readonly SpooledSample[]): void {
    this.parts.spool.settle(samples);
    this.live.remove(samples);
    this.backlog.noteSettled(samples);
    this.stats.setAside = this.backlog.setAside;
  }

  /**
   * The server had an internal error, perhaps because of one of `samples`. Live ones join the backlog, so that
   * they do not block the next ones; batches of the backlog are halved until the sample at fault is alone. As
   * after any failure, each attempt waits longer until the server accepts something.
   */
  private handleFault(samples: readonly SpooledSample[], reason: string): void {
    const { clock, random } = this.parts;
    const nowMs = clock.monotonicMs();
    this.failures += 1;
    this.stats.retries += 1;
    const waitMs = backoffMs(this.failures, random());
    if (this.live.remove(samples)) this.quietUntilMs = nowMs + waitMs;
    else {
      this.backlog.suspect(samples, { reason, waitMs, delivered: this.stats.delivered });
      this.stats.setAside = this.backlog.setAside;
    }
    if (this.failures >= SERVER_FAULT_THRESHOLD) this.reportUnreachable(reason, waitMs);
  }

  private handleRetry(reason: string, afterMs?: number): void {
    this.failures += 1;
    this.stats.retries += 1;
    const waitMs = backoffMs(this.failures, this.parts.random(), afterMs);
    this.quietUntilMs = this.parts.clock.monotonicMs() + waitMs;
    this.reportUnreachable(reason, waitMs);
  }

  private reportUnreachable(reason: string, waitMs: number): void {
    if (this.stats.state !== 'unreachable' && !this.stopping) {
      this.parts.log.warn(
        `cannot deliver to ${this.parts.server.href}: ${reason}; samples are kept, next attempt in ${formatDuration(waitMs)}`,
      );
      this.stats.state = 'unreachable';
    }
    this.stats.problem = reason;
  }

  private block(state: 'unauthorized' | 'refused', problem: string): void {
    this.stats.state = state;
    this.stats.problem = problem;
    this.parts.log.error(problem);
  }
}
