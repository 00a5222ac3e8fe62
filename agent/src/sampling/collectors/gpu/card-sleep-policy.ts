/** Decides when not to read a graphics card that could go to sleep: reading it keeps it awake. */

/** A card that has been idle for this long is no longer read. */
const IDLE_MS = 60_000;
/** How long a card gets to fall asleep before it is read again. */
const REST_MS = 30_000;
/**
 * If a card does not fall asleep, something else, such as a screen, keeps it awake: the next try is
 * later.
 */
const RETRY_MS = 15 * 60_000;
/** A card below this utilization counts as idle: reading it causes some load as well. */
const IDLE_PERCENT = 2;

/** The policy for one card. Times are monotonic. */
export class CardSleepPolicy {
  private busyMs: number | null = null;
  private restUntilMs = Number.NEGATIVE_INFINITY;
  private idleLimitMs = IDLE_MS;

  /** True while the card gets time to fall asleep. */
  isResting(nowMs: number): boolean {
    return nowMs < this.restUntilMs;
  }

  /** The card was found asleep. */
  recordAsleep(): void {
    this.busyMs = null;
    this.idleLimitMs = IDLE_MS;
  }

  /** The card was read; `usage` is its utilization in percent, `null` if it is unknown. */
  recordUsage(usage: number | null, nowMs: number): void {
    if (this.busyMs === null || usage === null || usage >= IDLE_PERCENT) this.busyMs = nowMs;
    if (nowMs - this.busyMs < this.idleLimitMs) return;
    this.busyMs = null;
    this.restUntilMs = nowMs + REST_MS;
    this.idleLimitMs = RETRY_MS;
  }
}
