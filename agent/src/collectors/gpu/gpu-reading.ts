/** One shape for graphics cards of every maker, and the machine's totals over all of them. */
import type { DeviceSample } from '../../../../src/contracts/index.js';
import type { Reading } from '../collector.js';

/** Reads the cards of some makers. */
export interface GpuSource {
  /** The cards, awake or not; throws `Unavailable` if it has none to tell of. */
  cards(nowMs: number): GpuCard[] | Promise<GpuCard[]>;
  close?(): void;
}

/** Why there is no GPU where there is none. */
export const NO_CARD = 'no graphics card on this machine';

/** A card as read; `null` is what it does not tell. */
export interface GpuCard {
  name: string;
  usage: number | null;
  usedBytes: number | null;
  totalBytes: number | null;
  temperature: number | null;
  power: number | null;
}

/** `gpu` is the mean over the cards, `gpu_memory` what is used of all cards' memory together. */
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
    if (card.usedBytes !== null && card.totalBytes) {
      used += card.usedBytes;
      total += card.totalBytes;
    }
  }
  const gpu = counted > 0 ? usage / counted : null;
  const gpu_memory = total > 0 ? (100 * used) / total : null;
  const asleep = cards.every((card) => card.usage === null && card.totalBytes === null);
  const reason = asleep ? 'the graphics card sleeps' : 'the graphics card does not tell';
  return {
    metrics: { gpu, gpu_memory },
    devices: { gpus: cards.map(deviceOf) },
    missing: {
      ...(gpu === null ? { gpu: reason } : {}),
      ...(gpu_memory === null ? { gpu_memory: reason } : {}),
    },
  };
}

function deviceOf(card: GpuCard): DeviceSample<'gpu'> {
  const { name, usage, usedBytes, totalBytes, temperature, power } = card;
  const memory_usage = usedBytes !== null && totalBytes ? (100 * usedBytes) / totalBytes : null;
  return {
    name,
    usage,
    memory_usage,
    used_bytes: usedBytes,
    total_bytes: totalBytes,
    temperature,
    power,
  };
}
