/** Brings samples to the server: live ones first, the backlog behind at a bounded rate, each once. */
import {
  type GoodbyeReason,
  type PushWants,
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
import { backoffMs } from './backoff.js';
import { sayGoodbye } from './goodbye.js';
import { LiveQueue } from './live-queue.js';
import type { ServerTime } from './server-time.js';
import { SetAside } from './set-aside.js';
import type { SpooledSample } from './spool/record.js';
import type { Spool } from './spool/spool.js';
import type { Outcome } from './transport/outcome.js';
import type { Transport } from './transport/transport.js';

/** What a delivery works with. */
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
  /** Samples stamped further ahead than this are given up. */
  maxAheadMs: number;
  /** Called with what the server asks for in its acknowledgements. */
  onRequests(requests: PushWants | undefined): void;
}

/** Counters of a delivery. */
export interface DeliveryStats {
  state: 'starting' | 'delivering' | 'unreachable' | 'unauthorized' | 'refused';
  /** Why it does not deliver; `null` if it does. */
  problem: string | null;
  delivered: number;
  refused: number;
  retries: number;
  /** Samples on which the server fails; they are kept and tried again from time to time. */
  setAside: number;
  /** Wall time of the last acknowledgement. */
  lastDeliveredMs: number | null;
}

const BACKLOG_SAMPLES = 200;
const BACKLOG_BYTES = 512 * 1024;
const BACKLOG_PAUSE_MS = 1_000;
/** Pause after a sample that was set aside failed once more. */
const RETURN_PAUSE_MS = 60_000;
/** So many internal errors in a row, and nothing taken in between: the server itself is at fault. */
const SERVER_FAULT_THRESHOLD = 5;
/** While nothing can be done but wait for a person: how often to look. */
const POLL_MS = 2_000;
/** A machine that is refused tries to enrol by itself no more often than this. */
const ENROL_RETRY_MS = 60_000;
/** Samples whose time has not come are offered again after this time. */
const AHEAD_RETRY_MS = 10_000;
/** Host facts are compared with what the server knows this often. */
const FACTS_EVERY_MS = 10 * 60_000;

/** One loop that owns the connection: at most one request is under way at any time. */
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
  private readonly aside = new SetAside();
  /** Samples of the next batch at most: halved where the server fails, doubled where it does not. */
  private batchSize = BACKLOG_SAMPLES;
  private failures = 0;
  private quietUntilMs = Number.NEGATIVE_INFINITY;
  private backlogFromMs = Number.NEGATIVE_INFINITY;
  private returnFromMs = Number.NEGATIVE_INFINITY;
  private factsFromMs = Number.NEGATIVE_INFINITY;
  private enrolFromMs = Number.NEGATIVE_INFINITY;
  private blockedBy: { revoked: boolean; version: string | null } | null = null;
  private hadBacklog = false;
  /** What was last known of the machine's clock, in seconds. */
  private clockOffset: number | null = null;
  private stopping = false;
  /** The machine sleeps, or is about to: `announced` once the server was told, or could not be. */
  private sleep: { announced: boolean; onAnnounced(): void } | null = null;
  private readonly abort = new AbortController();
  private readonly timer: InterruptibleTimer;
  private loop: Promise<void> | null = null;

  constructor(private readonly parts: DeliveryParts) {
    this.timer = new InterruptibleTimer(parts.schedule);
    this.live = new LiveQueue(parts.clock, parts.intervalMs);
  }

  /** Begins to deliver; `failed` learns of an error that nobody foresaw. */
  start(failed: (error: unknown) => void): void {
    this.loop = this.run().catch(failed);
  }

  /** Takes a sample that the spool has numbered. */
  add(sample: SpooledSample): void {
    this.live.add(sample);
    if (!this.isPaused()) this.timer.interrupt();
  }

  /** The next step compares the host's facts with what the server knows. */
  factsChanged(): void {
    this.factsFromMs = Number.NEGATIVE_INFINITY;
  }

  /** Sends what is at hand, says goodbye, and sends no more until `resume`. Resolves after the goodbye. */
  suspend(): Promise<void> {
    return new Promise((resolve) => {
      this.sleep = { announced: false, onAnnounced: resolve };
      this.timer.interrupt();
    });
  }

  /** Goes on. */
  resume(): void {
    this.sleep = null;
    this.timer.interrupt();
  }

  /**
   * Makes one last, short attempt for what is at hand, says goodbye with `reason` if there is one, then
   * ends.
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

  /** Only where the server hears this machine. Without a goodbye it finds out by itself, as ever. */
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

  /** True while a new sample is no reason to try. */
  private isPaused(): boolean {
    return this.blockedBy !== null || this.parts.clock.monotonicMs() < this.quietUntilMs;
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

  /** Does the next thing there is to do; answers how long to wait before the one after. */
  private async step(): Promise<number> {
    const nowMs = this.parts.clock.monotonicMs();
    if (nowMs < this.quietUntilMs) return this.quietUntilMs - nowMs;
    if (this.blockedBy && !this.isRenewed()) {
      if (!this.mayEnrolAgain(nowMs)) return POLL_MS;
      this.enrolFromMs = nowMs + ENROL_RETRY_MS * (1 + this.parts.random() / 2);
    }
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
    const { spool, random } = this.parts;
    this.aside.forgetBelow(spool.oldestPending);
    this.countSetAside();
    const others = spool.pendingBelow() > this.aside.size;
    if (!others) {
      this.noteBacklogDelivered();
      // Infinite if nothing is set aside: until there is news.
      const returnMs = Math.max(this.aside.nextMs(), this.returnFromMs);
      if (returnMs > nowMs) return returnMs - nowMs;
    }
    if (nowMs < this.backlogFromMs) return this.backlogFromMs - nowMs;
    const batch = others ? this.backlog((seq) => !this.aside.has(seq)) : this.takeDue(nowMs);
    this.backlogFromMs = nowMs + BACKLOG_PAUSE_MS * (0.75 + random() / 2);
    if (batch.length === 0) return BACKLOG_PAUSE_MS;
    this.hadBacklog ||= others;
    await this.push(identity, batch);
    return 0;
  }

  private backlog(wanted: (seq: number) => boolean): SpooledSample[] {
    return this.parts.spool.backlog(this.batchSize, BACKLOG_BYTES, Number.MAX_SAFE_INTEGER, wanted);
  }

  /** Samples set aside whose turn it is again, when nothing else waits. */
  private takeDue(nowMs: number): SpooledSample[] {
    const due = this.aside.due(this.batchSize, nowMs);
    const batch = this.backlog((seq) => due.has(seq));
    // Damaged since, or given up.
    if (batch.length === 0) this.aside.forget(due);
    return batch;
  }

  private noteBacklogDelivered(): void {
    if (!this.hadBacklog) return;
    this.hadBacklog = false;
    this.parts.log.info('the backlog is delivered');
  }

  /** The identity to send with; registers first where there is none. `null`: not now. */
  private async obtainIdentity(nowMs: number): Promise<Identity | null> {
    const { enrolment, server, log } = this.parts;
    const again = this.blockedBy !== null && !this.isRenewed();
    const known = again ? null : enrolment.current();
    this.blockedBy = null;
    if (known) {
      if (nowMs < this.factsFromMs) return known;
      await this.updateFacts(nowMs);
      return enrolment.current() ?? known;
    }
    const result = await enrolment.enrol(this.abort.signal);
    switch (result.kind) {
      case 'registered':
        this.failures = 0;
        this.factsFromMs = nowMs + FACTS_EVERY_MS;
        log.info(`registered with ${server.href} as machine ${result.identity.machineId}`);
        return result.identity;
      case 'refused':
        this.block('refused', false, `the server does not register this machine: ${result.reason}`);
        this.enrolFromMs = nowMs + ENROL_RETRY_MS * (1 + this.parts.random() / 2);
        return null;
      case 'retry':
        this.handleRetry(result.reason, result.afterMs);
        return null;
    }
  }

  /** Tells the server what changed about this host; samples do not wait for its success. */
  private async updateFacts(nowMs: number): Promise<void> {
    const { enrolment, log } = this.parts;
    this.factsFromMs = nowMs + FACTS_EVERY_MS;
    enrolment.retrySaving();
    if (!enrolment.needsUpdate()) return;
    const result = await enrolment.update(this.abort.signal);
    if (result.kind === 'registered') log.info('told the server what changed about this machine');
    else log.debug(`what changed about this machine is not told yet: ${result.reason}`);
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
        this.handleRejectedMachine(outcome);
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
    this.batchSize = Math.min(BACKLOG_SAMPLES, Math.max(this.batchSize, 2 * samples.length));
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

  /** Halves a batch that is refused as a whole, until the sample at fault is alone. */
  private async handleRefused(
    identity: Identity,
    samples: readonly SpooledSample[],
    outcome: Extract<Outcome, { kind: 'refused' }>,
  ): Promise<void> {
    if (samples.length > 1) {
      const middle = Math.ceil(samples.length / 2);
      await this.push(identity, samples.slice(0, middle));
      // What stopped the first half stops the second as well: it stays in the spool.
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
   * Samples that a wrong clock stamped ahead of time. What the clock is off by is taken off the stamp: the
   * server has not stored them, so none is there twice. Where that is not known (the clock was mended
   * meanwhile) they go to the end of the queue until their time has come.
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
        log.warn('a sample is given up: it is stamped too far ahead of the time');
        continue;
      } else this.backlogFromMs = this.parts.clock.monotonicMs() + AHEAD_RETRY_MS;
      spool.append(JSON.stringify(sample));
    }
    this.settle(samples);
  }

  private settle(samples: readonly SpooledSample[]): void {
    this.parts.spool.settle(samples);
    this.live.remove(samples);
    this.aside.settled(samples, this.parts.clock.monotonicMs());
    this.countSetAside();
  }

  /**
   * The server has an internal error, perhaps because of one of `samples`. Live ones go to the backlog,
   * out of the way of the next; batches of the backlog are halved until the sample at fault is alone.
   * Each attempt waits longer, as after any failure, until the server takes something.
   */
  private handleFault(samples: readonly SpooledSample[], reason: string): void {
    const { clock, random } = this.parts;
    const nowMs = clock.monotonicMs();
    this.failures += 1;
    this.stats.retries += 1;
    const waitMs = backoffMs(this.failures, random());
    if (this.live.remove(samples)) this.quietUntilMs = nowMs + waitMs;
    else this.suspect(samples, reason, nowMs, waitMs);
    if (this.failures >= SERVER_FAULT_THRESHOLD) this.reportUnreachable(reason, waitMs);
  }

  private suspect(
    samples: readonly SpooledSample[],
    reason: string,
    nowMs: number,
    waitMs: number,
  ): void {
    this.batchSize = Math.ceil(samples.length / 2);
    this.backlogFromMs = nowMs + waitMs;
    const [first] = samples;
    if (!first || samples.length > 1) return;
    const known = this.aside.isConfirmed(first.seq);
    this.aside.failed(first.seq, this.stats.delivered, nowMs, this.parts.random());
    if (known) this.returnFromMs = nowMs + RETURN_PAUSE_MS;
    this.countSetAside(reason);
  }

  /** Counts what is set aside, and says so when that begins and ends. */
  private countSetAside(reason = ''): void {
    const before = this.stats.setAside;
    this.stats.setAside = this.aside.confirmed;
    if (before === 0 && this.stats.setAside > 0) {
      this.parts.log.warn(
        `the server fails on some samples: ${reason}; they are set aside and tried again from time to time`,
      );
    }
    if (before > 0 && this.stats.setAside === 0) {
      this.parts.log.info('no sample is set aside any more');
    }
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

  private handleRejectedMachine(
    outcome: Extract<Outcome, { kind: 'unauthorized' | 'unknown_machine' }>,
  ): void {
    const revoked = outcome.kind === 'unauthorized' && outcome.revoked;
    const what = outcome.kind === 'unauthorized' ? 'refuses the key' : 'does not know this machine';
    const mend = this.parts.enrolment.mayEnrolAgain(revoked)
      ? 'enrolling again'
      : this.advice(revoked);
    this.block('unauthorized', revoked, `the server ${what}: ${outcome.reason}; ${mend}`);
  }

  private advice(revoked: boolean): string {
    if (this.parts.enrolment.hasGivenKey) {
      return 'samples are kept; give a good key with --api-key or PROCSPY_API_KEY';
    }
    const copy = 'if a copy of this machine took its place, give each its own --fingerprint';
    return `samples are kept; enrol again with \`procspy-agent enroll\`${revoked ? `; ${copy}` : ''}`;
  }

  private block(state: 'unauthorized' | 'refused', revoked: boolean, problem: string): void {
    this.blockedBy = { revoked, version: this.parts.enrolment.storedVersion() };
    this.stats.state = state;
    this.stats.problem = problem;
    this.parts.log.error(problem);
  }

  /** True if somebody renewed the identity since the server refused it. */
  private isRenewed(): boolean {
    const version = this.parts.enrolment.storedVersion();
    return version !== null && version !== this.blockedBy?.version;
  }

  /** True if this machine may enrol again without a person, and not for the second time in a row too soon. */
  private mayEnrolAgain(nowMs: number): boolean {
    const revoked = this.blockedBy?.revoked ?? false;
    return nowMs >= this.enrolFromMs && this.parts.enrolment.mayEnrolAgain(revoked);
  }
}
