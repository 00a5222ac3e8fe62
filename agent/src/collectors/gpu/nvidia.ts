/** NVIDIA cards through one long-lived `nvidia-smi`, which is not kept running while a card could sleep. */
import type { LineProcess } from '../../commands.js';
import { errorMessage, Unavailable } from '../../errors.js';
import { type GpuCard, type GpuSource, NO_CARD } from './gpu-reading.js';
import { parseNvidiaLine } from './nvidia-parse.js';

/** What the collector needs from outside; the real ones are made in `collectors/index.ts`. */
export interface NvidiaParts {
  /** True if `nvidia-smi` is installed. */
  installed(): boolean;
  /** Starts the loop; calls `ended` when it stops by itself. */
  start(onLine: (line: string) => void, ended: (reason: string) => void): Promise<LineProcess>;
  /** Power state of the cards: asking must not wake them. */
  power(): 'awake' | 'asleep' | 'no_card' | 'unknown';
  /** True if a card may go to sleep when nobody uses it (runtime power management). */
  maySleep(): boolean;
  intervalMs: number;
}

/** After this many milliseconds of idling the loop gets out of the way of a card that may sleep. */
const IDLE_MS = 60_000;
/** Time for the card to fall asleep before anyone looks again. */
const REST_MS = 30_000;
/** A loop that says nothing for so long hangs with its driver: it is started anew. */
const SILENT_MS = 60_000;
const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 10 * 60_000;
/** How often to look for a driver or card that came later. */
const LOOK_MS = 60_000;

/** Keeps the newest line of each card; a card that stops telling disappears. */
export class Nvidia implements GpuSource {
  private loop: LineProcess | null = null;
  private starting = false;
  private closed = false;
  private latest = new Map<number, { card: GpuCard; atMs: number }>();
  private nowMs = 0;
  private nextStartMs = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private busyMs = 0;
  private heardMs = 0;
  private sleeper = false;
  private problem: Unavailable | null = null;

  constructor(private readonly parts: NvidiaParts) {}

  cards(nowMs: number): GpuCard[] {
    this.nowMs = nowMs;
    this.letSleep(nowMs);
    // Lines are stamped with the tick before them.
    const silentMs = Math.max(SILENT_MS, 3 * this.parts.intervalMs);
    if (this.loop && nowMs - this.heardMs >= silentMs) {
      this.loop.stop();
      this.ended(`it has been silent for ${silentMs / 1000} s`);
    }
    if (!this.loop && !this.starting && nowMs >= this.nextStartMs) this.begin(nowMs);
    const freshMs = Math.max(15_000, 3 * this.parts.intervalMs);
    const cards = [...this.latest]
      .filter(([, { atMs }]) => nowMs - atMs <= freshMs)
      .sort(([a], [b]) => a - b)
      .map(([, { card }]) => card);
    if (cards.length > 0) return cards;
    throw this.problem ?? new Unavailable('not_yet', 'nvidia-smi has not answered yet');
  }

  close(): void {
    this.closed = true;
    this.loop?.stop();
    this.loop = null;
  }

  private begin(nowMs: number): void {
    const power = this.parts.power();
    this.nextStartMs = nowMs + LOOK_MS;
    if (power === 'no_card') {
      this.problem = new Unavailable('not_on_this_machine', NO_CARD);
      return;
    }
    if (!this.parts.installed()) {
      this.problem =
        power === 'unknown'
          ? new Unavailable('not_on_this_machine', NO_CARD)
          : new Unavailable(
              'tool_missing',
              'nvidia-smi is not installed',
              'install the NVIDIA driver with its tools',
            );
      return;
    }
    if (power === 'asleep') {
      this.nextStartMs = nowMs + REST_MS;
      this.problem = new Unavailable('not_on_this_machine', 'the graphics card sleeps');
      return;
    }
    this.problem = null;
    this.starting = true;
    this.busyMs = nowMs;
    this.heardMs = nowMs;
    this.sleeper = this.parts.maySleep();
    this.parts
      .start(
        (line) => this.take(line),
        (reason) => this.ended(reason),
      )
      .then(
        (loop) => {
          this.starting = false;
          if (this.closed) loop.stop();
          else this.loop = loop;
        },
        (error: unknown) => {
          this.starting = false;
          this.ended(errorMessage(error));
        },
      );
  }

  private take(line: string): void {
    const parsed = parseNvidiaLine(line);
    if (!parsed) return;
    this.failures = 0;
    this.heardMs = this.nowMs;
    this.latest.set(parsed.index, { card: parsed.card, atMs: this.nowMs });
    if (parsed.card.usage !== 0) this.busyMs = this.nowMs;
  }

  private ended(reason: string): void {
    this.loop = null;
    this.failures += 1;
    const waitMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.failures - 1));
    this.nextStartMs = this.nowMs + waitMs;
    this.problem = new Unavailable(
      'failed',
      `nvidia-smi: ${reason}`,
      'run nvidia-smi by hand: the driver may not be loaded',
    );
  }

  /** The loop itself keeps the card awake: it stops when nobody else has used the card for a while. */
  private letSleep(nowMs: number): void {
    if (!this.loop || !this.sleeper || nowMs - this.busyMs < IDLE_MS) return;
    this.loop.stop();
    this.loop = null;
    this.latest.clear();
    this.nextStartMs = nowMs + REST_MS;
    this.problem = new Unavailable(
      'not_on_this_machine',
      'the graphics card is idle and may sleep',
    );
  }
}
