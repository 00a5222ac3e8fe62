/** The common form of graphics cards of all vendors, and the totals over all cards. */
import type { DeviceSample } from '../../../../../src/contracts/index.js';
import type { Reading } from '../collector.js';

/** Reads the cards of one or more vendors. */
export interface GpuSource {
  /** The cards, awake or not; throws `Unavailable` if there are none. */
  cards(nowMs: number): GpuCard[] | Promise<GpuCard[]>;
  /** Takes over the counters of an earlier source of the same kind on the same machine. */
  resume?(earlier: GpuSource): void;
  close?(): void;
}

/** The reason on machines without a GPU. */
export const NO_CARD = 'no graphics card on this machine';

/** The reason for a sleeping card. */
export const SLEEPS = 'the graphics card sleeps';

/** A card as read; values that it does not report are `null`. */
export interface GpuCard {
  name: string;
  usage: number | null;
  usedBytes: number | null;
  totalBytes: number | null;
  temperature: number | null;
  power: number | null;
  /** Why usage or memory is missing now; absent if the driver never reports it. */
  reason?: string;
}

/** A card that exists but reports nothing. */
export function silentCard(name: string, reason: string): GpuCard {
  const untold = { usage: null, usedBytes: null, totalBytes: null, temperature: null, power: null };
  return { name, ...untold, reason };
}

/** `gpu` is the mean over the cards, `gpu_memory` the share in use of the memory of all cards. */
export function gpuReading(cards: readonly GpuCard[]): Reading {
  let usage = 0;
  let counted = 0;
  let used = 0;
  let total = 0;
  for (const card of cards) {
    if (card.usage !== null) {
      usage += card.usage;
      counted += 1;
    }
    if (memoryUsage(card) !== null) {
      used += card.usedBytes ?? 0;
      total += card.totalBytes ?? 0;
    }
  }
  const gpu = counted > 0 ? usage / counted : null;
  const gpu_memory = total > 0 ? (100 * used) / total : null;
  const reason =
    cards.find((card) => card.reason !== undefined)?.reason ?? 'the graphics card does not tell';
  return {
    metrics: { gpu, gpu_memory },
    devices: { gpus: cards.map(deviceOf) },
    missing: {
      ...(gpu === null ? { gpu: reason } : {}),
      ...(gpu_memory === null
        ? { gpu_memory: cards.some(exceedsMemory) ? 'more memory is in use than there is' : reason }
        : {}),
    },
  };
}

function exceedsMemory({ usedBytes, totalBytes }: GpuCard): boolean {
  return usedBytes !== null && totalBytes !== null && usedBytes > totalBytes;
}

/** Percent; `null` if the card does not report it, or if more is used than exists. */
function memoryUsage(card: GpuCard): number | null {
  const { usedBytes, totalBytes } = card;
  if (usedBytes === null || !totalBytes || exceedsMemory(card)) return null;
  return (100 * usedBytes) / totalBytes;
}

function deviceOf(card: GpuCard): DeviceSample<'gpu'> {
  const { name, usage, usedBytes, totalBytes, temperature, power } = card;
  return {
    name,
    usage,
    memory_usage: memoryUsage(card),
    used_bytes: usedBytes,
    total_bytes: totalBytes,
    temperature,
    power,
  };
}
