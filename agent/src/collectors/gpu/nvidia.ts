/** NVIDIA cards through one long-lived `nvidia-smi`, which is not kept running while a card could sleep. */
import type { StartLines } from '../../commands.js';
import { Unavailable } from '../../errors.js';
import { LineLoop } from '../line-loop.js';
import { type GpuCard, type GpuSource, NO_CARD } from './gpu-reading.js';
import { parseNvidiaLine } from './nvidia-parse.js';

/** What the collector needs from outside; the real ones are made in `collectors/index.ts`. */
export interface NvidiaParts {
  /** True if `nvidia-smi` is installed. */
  installed(): boolean;
  /** Starts the loop. */
  start: StartLines;
  /** Power state of the cards: asking must not wake them. */
  power(): 'awake' | 'asleep' | 'no_card' | 'unknown';
  /** True if a card may go to sleep when nobody uses it (runtime power management). */
  maySleep(): boolean;
  /** Monotonic milliseconds. */
  now(): number;
}

/** A line older than this is no news: the loop prints every five seconds at least. */
const FRESH_MS = 15_000;
/** After this many milliseconds of idling the loop gets out of the way of a card that may sleep. */
const IDLE_MS = 60_000;
/** Time for the card to fall asleep before anyone looks again. */
const REST_MS = 30_000;
/** How often to look for a driver or card that came later. */
const LOOK_MS = 60_000;

/** Keeps the newest line of each card; a card that stops telling disappears. */
export class Nvidia implements GpuSource {
  private readonly loop: LineLoop;
  private readonly latest = new Map<number, { card: GpuCard; atMs: number }>();
  private busyMs = 0;
  private sleeper = false;

  constructor(private readonly parts: NvidiaParts) {
    this.loop = new LineLoop({
      name: 'nvidia-smi',
      start: parts.start,
      onLine: (line) => this.take(line),
      mend: 'run nvidia-smi by hand: the driver may not be loaded',
      now: parts.now,
    });
  }

  cards(): GpuCard[] {
    const nowMs = this.parts.now();
    this.letSleep(nowMs);
    if (this.loop.isDue()) this.begin(nowMs);
    const cards = [...this.latest]
      .filter(([, { atMs }]) => nowMs - atMs <= FRESH_MS)
      .sort(([a], [b]) => a - b)
      .map(([, { card }]) => card);
    if (cards.length > 0) return cards;
    throw this.loop.problem;
  }

  close(): void {
    this.loop.close();
  }

  private begin(nowMs: number): void {
    const power = this.parts.power();
    const installed = this.parts.installed();
    if (power === 'no_card' || (power === 'unknown' && !installed)) {
      this.loop.rest(LOOK_MS, new Unavailable('not_on_this_machine', NO_CARD));
    } else if (!installed) {
      const mend = 'install the NVIDIA driver with its tools';
      this.loop.rest(LOOK_MS, new Unavailable('tool_missing', 'nvidia-smi is not installed', mend));
    } else if (power === 'asleep') {
      this.loop.rest(REST_MS, new Unavailable('not_on_this_machine', 'the graphics card sleeps'));
    } else {
      this.busyMs = nowMs;
      this.sleeper = this.parts.maySleep();
      this.loop.start();
    }
  }

  private take(line: string): boolean {
    const parsed = parseNvidiaLine(line);
    if (!parsed) return false;
    const atMs = this.parts.now();
    this.latest.set(parsed.index, { card: parsed.card, atMs });
    if (parsed.card.usage !== 0) this.busyMs = atMs;
    return true;
  }

  /** The loop itself keeps the card awake: it stops when nobody else has used the card for a while. */
  private letSleep(nowMs: number): void {
    if (!this.loop.runs || !this.sleeper || nowMs - this.busyMs < IDLE_MS) return;
    this.latest.clear();
    const why = 'the graphics card is idle and may sleep';
    this.loop.rest(REST_MS, new Unavailable('not_on_this_machine', why));
  }
}
