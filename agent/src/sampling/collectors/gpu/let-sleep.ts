/** When to leave a graphics card alone that would sleep if nobody asked it: asking keeps it awake. */

/** Idle for so long, a card is left alone. */
const IDLE_MS = 60_000;
/** Time for the card to fall asleep before anyone looks again. */
const REST_MS = 30_000;
/** A card that did not sleep when it was left alone is kept awake by something else, such as a screen. */
const AGAIN_MS = 15 * 60_000;
/** Below this many percent a card counts as idle: asking is work, too. */
const IDLE_PERCENT = 2;

/** The rests of one card. Times are monotonic. */
export class LetSleep {
  private busyMs: number | null = null;
  private restUntilMs = Number.NEGATIVE_INFINITY;
  private patienceMs = IDLE_MS;

  /** True while the card is not to be asked. */
  rests(nowMs: number, asleep: boolean): boolean {
    if (asleep) {
      this.busyMs = null;
      this.patienceMs = IDLE_MS;
    }
    return asleep || nowMs < this.restUntilMs;
  }

  /** Takes what the card was doing when it was asked; `null` if it did not tell. */
  saw(usage: number | null, nowMs: number): void {
    if (this.busyMs === null || usage === null || usage >= IDLE_PERCENT) this.busyMs = nowMs;
    if (nowMs - this.busyMs < this.patienceMs) return;
    this.busyMs = null;
    this.restUntilMs = nowMs + REST_MS;
    this.patienceMs = AGAIN_MS;
  }
}
