/** Parses the lines of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`. */
import { type GpuCard, silentCard } from './gpu-reading.js';

const MIB = 1024 * 1024;

/** Replacements for a value that the card or its driver does not have. */
const NEVER_TOLD = /^\[?(n\/a|not supported)\]?$/i;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** The number in a field; `null` for `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like. */
function numberIn(field: string | undefined): number | null {
  return field !== undefined && NUMBER.test(field) ? Number(field) : null;
}

function bytesIn(field: string | undefined): number | null {
  const mebibytes = numberIn(field);
  return mebibytes === null ? null : mebibytes * MIB;
}

/**
 * The error, such as `Unknown Error` or `GPU requires reset`, if a field has one instead of a
 * value.
 */
function faultIn(fields: readonly string[]): string | null {
  const fault = fields.find((field) => !NUMBER.test(field) && !NEVER_TOLD.test(field));
  return fault === undefined ? null : fault.replace(/^\[|\]$/g, '');
}

/**
 * One card from a line `index, name, utilization %, memory used MiB, memory total MiB, °C, W`;
 * `null` for other lines, such as error messages.
 */
export function parseNvidiaLine(line: string): { index: number; card: GpuCard } | null {
  const fields = line.split(',').map((field) => field.trim());
  if (fields.length < 7) return null;
  // A name may contain a comma, so the numbers are counted from the end.
  const values = fields.slice(-5);
  const index = numberIn(fields[0]);
  const model = fields.slice(1, -5).join(', ');
  if (index === null || model === '') return null;
  const name = `${index} ${model}`;
  const fault = faultIn(values);
  const reason = `nvidia-smi: ${fault}`;
  // Other values of such a card, such as 0 MiB in use, are not current.
  if (fault !== null && /reset/i.test(fault)) return { index, card: silentCard(name, reason) };
  const usage = numberIn(values[0]);
  return {
    index,
    card: {
      name,
      usage: usage !== null && usage <= 100 ? usage : null,
      usedBytes: bytesIn(values[1]),
      totalBytes: bytesIn(values[2]),
      temperature: numberIn(values[3]),
      power: numberIn(values[4]),
      ...(fault === null ? {} : { reason }),
    },
  };
}

/** A card that the driver knows but cannot reach. */
export interface LostCard {
  /** Its index, which older versions do not print. */
  index: number | null;
  /** Its address on the PCI bus. */
  bus: string;
  reason: string;
}

/** The card in an error line; `null` for other lines. */
export function parseLostCard(line: string): LostCard | null {
  const [, index, bus, reason] =
    /device handle for gpu\s?(?:(\d+): )?((?:[\da-f]+:)+[\da-f]+\.\d): (.+)$/i.exec(line) ?? [];
  if (!bus || !reason) return null;
  return {
    index: index === undefined ? null : Number(index),
    bus,
    reason: `nvidia-smi: ${reason.replace(/\s+/g, ' ').trim()}`,
  };
}
