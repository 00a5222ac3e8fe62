/** The server's time, which stamps samples while this machine's own clock is wrong. */
import { HEALTH_ANSWER } from '../../../src/contracts/index.js';
import type { HttpClient } from '../http/http-client.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { formatDuration } from '../shared/units.js';

/** Largest offset of a clock that counts as right; one synchronized by NTP stays far below it. */
export const TOLERATED_OFFSET_MS = 30_000;
/** The server's time has a resolution of one second, plus latency: smaller changes of the offset are noise. */
const UNSURE_MS = 2_000;
/** When wall and monotonic time diverge by more, the clock was set or the machine slept. */
const STEP_MS = 5_000;
const SYNC_EVERY_MS = 10 * 60_000;

/**
 * Milliseconds from `ownMs` to the time in a `Date` header, which is truncated to seconds; `null`
 * if there is no valid one.
 */
export function offsetOf(date: string | string[] | undefined, ownMs: number): number | null {
  const serverMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(serverMs) ? null : serverMs + 500 - ownMs;
}

export interface ServerTimeParts {
  clock: Clock;
  client: HttpClient;
  log: Log;
}

/**
 * This machine's clock while it is within half a minute of the server's, else the server's. A stamp once
 * given never changes, so that a sample that is sent twice is stored once.
 */
export class ServerTime implements Clock {
  /** Added to the machine's clock. */
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

  /** True at the start, every few minutes, and after the clock was set. */
  isDue(): boolean {
    this.noticeSteps();
    return this.parts.clock.monotonicMs() >= this.syncDueMs;
  }

  /** Compares this machine's clock with the server's. Throws `ConnectionError` if it cannot be reached. */
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
    // Hysteresis: a clock at the limit must not switch back and forth.
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

  /** A step equal to the known offset corrects the clock; after any other one the server is asked again. */
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
