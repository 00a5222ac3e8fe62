/**
 * NVIDIA cards, read by one long-lived `nvidia-smi`, which does not run while a card could sleep.
 */
import type { StartLines } from '../../../shared/commands.js';
import { Unavailable } from '../../../shared/errors.js';
import { LineLoop } from '../line-loop.js';
import { type GpuCard, type GpuSource, NO_CARD, SLEEPS, silentCard } from './gpu-reading.js';
import { type LostCard, parseLostCard, parseNvidiaLine } from './nvidia-parse.js';

/** Dependencies of the collector; `collectors/index.ts` provides them. */
export interface NvidiaParts {
  /** True if `nvidia-smi` is installed. */
  installed(): boolean;
  /** Starts the loop. */
  start: StartLines;
  /** Power state of the cards. It must not wake them. */
  power(): 'awake' | 'asleep' | 'no_card' | 'unknown';
  /** True if a card may sleep while nobody uses it (runtime power management). */
  maySleep(): boolean;
  /** Monotonic milliseconds. */
  now(): number;
  /** A line older than this many milliseconds is outdated. */
  freshMs: number;
}

/** After this many milliseconds without load, the loop stops for a card that may sleep. */
const IDLE_MS = 60_000;
/** Time for the card to fall asleep before it is looked at again. */
const REST_MS = 30_000;
/** How often to look for a driver or card that was added later. */
const LOOK_MS = 60_000;

const NO_DEVICES = /^No devices were found/;

function noCard(): Unavailable {
  return new Unavailable('not_on_this_machine', NO_CARD);
}

/**
 * Keeps the newest line of each card; a card that stops reporting while others go on is listed
 * without values.
 */
export class Nvidia implements GpuSource {
  private readonly loop: LineLoop;
  private readonly latest = new Map<number, { card: GpuCard; atMs: number }>();
  private readonly lost = new Map<string, { card: LostCard; atMs: number }>();
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
    const fresh = ({ atMs }: { atMs: number }) => nowMs - atMs <= this.parts.freshMs;
    const known = [...this.latest].sort(([a], [b]) => a - b);
    const cards = known.filter(([, told]) => fresh(told)).map(([, { card }]) => card);
    if (cards.length === 0) throw this.loop.problem;
    const silent = known.filter(([, told]) => !fresh(told));
    const lost = [...this.lost.values()].filter(fresh).map(({ card }) => card);
    return [...cards, ...silentCards(new Map(silent), lost)];
  }

  close(): void {
    this.loop.close();
  }

  private begin(nowMs: number): void {
    const power = this.parts.power();
    const installed = this.parts.installed();
    if (power === 'no_card' || (power === 'unknown' && !installed)) {
      this.loop.rest(LOOK_MS, noCard());
    } else if (!installed) {
      const mend = 'install the NVIDIA driver with its tools';
      this.loop.rest(LOOK_MS, new Unavailable('tool_missing', 'nvidia-smi is not installed', mend));
    } else if (power === 'asleep') {
      this.loop.rest(REST_MS, new Unavailable('not_on_this_machine', SLEEPS));
    } else {
      // A card that was silent before is not expected to return.
      for (const [index, { atMs }] of this.latest) {
        if (nowMs - atMs > this.parts.freshMs) this.latest.delete(index);
      }
      this.busyMs = nowMs;
      this.sleeper = this.parts.maySleep();
      this.loop.start();
    }
  }

  private take(line: string): boolean {
    const atMs = this.parts.now();
    const parsed = parseNvidiaLine(line);
    if (!parsed) {
      const lost = parseLostCard(line);
      if (lost) this.lost.set(lost.bus, { card: lost, atMs });
      // A driver without a card, for instance because it was removed. If the bus shows one, that is
      // an error.
      if (NO_DEVICES.test(line) && this.parts.power() === 'unknown')
        this.loop.rest(LOOK_MS, noCard());
      return false;
    }
    this.latest.set(parsed.index, { card: parsed.card, atMs });
    if (parsed.card.usage !== 0) this.busyMs = atMs;
    return true;
  }

  /**
   * The loop itself keeps the card awake: it stops when nobody else has used the card for a while.
   */
  private letSleep(nowMs: number): void {
    if (!this.loop.runs || !this.sleeper || nowMs - this.busyMs < IDLE_MS) return;
    this.latest.clear();
    const why = 'the graphics card is idle and may sleep';
    this.loop.rest(REST_MS, new Unavailable('not_on_this_machine', why));
  }
}

/**
 * Cards that cannot be reached: with their names if these are known, otherwise with their
 * addresses.
 */
function silentCards(silent: Map<number, { card: GpuCard }>, lost: readonly LostCard[]): GpuCard[] {
  const cards = lost.map(({ index, bus, reason }) => {
    const [first] = silent.keys();
    const known = silent.get(index ?? first ?? -1);
    silent.delete(index ?? first ?? -1);
    return silentCard(known?.card.name ?? `GPU ${bus}`, reason);
  });
  for (const { card } of silent.values()) {
    cards.push(silentCard(card.name, 'nvidia-smi tells nothing of this card any more'));
  }
  return cards;
}
