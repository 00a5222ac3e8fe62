/** Parses the lines of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`. */
import type { GpuCard } from './gpu-reading.js';

const MIB = 1024 * 1024;

/** The number in a field; `null` for `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like. */
function numberIn(field: string | undefined): number | null {
  const text = (field ?? '').trim();
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null;
  return Number(text);
}

/**
 * One card of a line `index, name, utilization %, memory used MiB, memory total MiB, °C, W`;
 * `null` if the line is none, such as an error message.
 */
export function parseNvidiaLine(line: string): { index: number; card: GpuCard } | null {
  const fields = line.split(',').map((field) => field.trim());
  if (fields.length < 7) return null;
  // A name may hold a comma: the numbers are counted from the end.
  const numbers = fields.slice(-5);
  const index = numberIn(fields[0]);
  const model = fields.slice(1, -5).join(', ');
  if (index === null || model === '') return null;
  const used = numberIn(numbers[1]);
  const total = numberIn(numbers[2]);
  return {
    index,
    card: {
      name: `${index} ${model}`,
      usage: numberIn(numbers[0]),
      usedBytes: used === null ? null : used * MIB,
      totalBytes: total === null ? null : total * MIB,
      temperature: numberIn(numbers[3]),
      power: numberIn(numbers[4]),
    },
  };
}
