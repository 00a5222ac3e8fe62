/** The time by the server's clock, which stamps samples where this machine's own clock is wrong. */
import { HEALTH_ANSWER } from '../../../src/contracts/index.js';
import type { HttpClient } from '../http/http-client.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { formatDuration } from '../shared/units.js';

/** A clock that is off by no more is right: one that is set by the network always is. */
export const TOLERATED_OFFSET_MS = 30_000;
/** The server tells whole seconds and takes its time: smaller changes of the offset mean nothing. */
const UNSURE_MS = 2_000;
/** Wall and monotonic time that part by more: the clock was set, or the machine slept. */
const STEP_MS = 5_000;
/** How often the server is asked. */
const SYNC_EVERY_MS = 10 * 60_000;

/**
 * Milliseconds from `ownMs` to the time in a `Date` header, which is cut to whole seconds; `null`
 * without a readable one.
 */
export function offsetOf(date: string | string[] | undefined, ownMs: number): number | null {
  const serverMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(serverMs) ? null : serverMs + 500 - ownMs;
}

/** What a server time is made from. */
export interface ServerTimeParts {
  clock: Clock;
  client: HttpClient;
  log: Log;
}

/**
 * This machine's clock while it is within half a minute of the server's, else the server's. Stamps that
 * were given stay as they are, so that a sample which is sent twice is stored once.
 */
export class ServerTime implements Clock {
  /** What is added to the machine's clock. */
  private correctionMs = 0;
  private wallAheadMs: number;
  private syncDueMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ServerTimeParts) {
    this.wallAheadMs = this.wallAhead();
  }

  wallMs(): number {
    this.noticeSteps();
    return this.parts.clock.wallMs() + this.correctionMs;
  }

  monotonicMs(): number {
    return this.parts.clock.monotonicMs();
  }

  /** Seconds by which this machine's clock is ahead of the server's; `null` while it is right. */
  clockOffsetSeconds(): number | null {
    return this.correctionMs === 0 ? null : Math.round(-this.correctionMs / 1_000);
  }

  /** True if the server is to be asked: at first, now and then, and after the clock was set. */
  isDue(): boolean {
    this.noticeSteps();
    return this.parts.clock.monotonicMs() >= this.syncDueMs;
  }

  /** Asks the server for its time; throws ConnectionError if it cannot be reached. */
  async synchronize(signal: AbortSignal): Promise<void> {
    const { clock, client } = this.parts;
    const before = clock.wallMs();
    const headers = { 'cache-control': 'no-cache' };
    const answer = await client.request({ method: 'GET', path: '/health', headers, signal });
    this.syncDueMs = clock.monotonicMs() + SYNC_EVERY_MS;
    const offset = offsetOf(answer.headers.date, (before + clock.wallMs()) / 2);
    if (answer.body.trim() === HEALTH_ANSWER && offset !== null) this.correct(offset);
  }

  private correct(offsetMs: number): void {
    // Half as much to be right again, so that a clock at the limit does not go back and forth.
    const limit = this.correctionMs === 0 ? TOLERATED_OFFSET_MS : TOLERATED_OFFSET_MS / 2;
    const wrong = Math.abs(offsetMs) > limit;
    const wanted = wrong ? Math.round(offsetMs / 1_000) * 1_000 : 0;
    if (wrong && Math.abs(wanted - this.correctionMs) <= UNSURE_MS) return;
    if (wanted === this.correctionMs) return;
    this.correctionMs = wanted;
    const { log } = this.parts;
    if (wanted === 0) log.info("this machine's clock is right again");
    else {
      const off = `${formatDuration(Math.abs(wanted))} ${wanted < 0 ? 'ahead of' : 'behind'}`;
      log.warn(`this machine's clock is ${off} the server's: samples are stamped by the server's`);
    }
  }

  /** A step by what the clock was wrong mends it; any other is for the server to judge. */
  private noticeSteps(): void {
    const step = this.wallAhead() - this.wallAheadMs;
    if (Math.abs(step) <= STEP_MS) return;
    this.wallAheadMs += step;
    this.syncDueMs = Number.NEGATIVE_INFINITY;
    if (this.correctionMs !== 0 && Math.abs(step - this.correctionMs) <= STEP_MS) this.correct(0);
  }

  private wallAhead(): number {
    return this.parts.clock.wallMs() - this.parts.clock.monotonicMs();
  }
}
