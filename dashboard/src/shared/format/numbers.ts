/** Formats percentages, bytes, rates and loads. An unknown value is a dash, never 0. */
import type { MetricUnit } from '../../../../src/contracts/index.js';

/** Shown for an unknown value. */
export const UNKNOWN = '–';

type Maybe = number | null | undefined;

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DECIMAL_UNITS = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'];

/** At most three significant digits and no exponent: 9.53, 95.3, 953. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95 || Number.isInteger(value)) return value.toFixed(0);
  return size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function scaled(value: number, base: number, units: string[]): string {
  let scaledValue = value;
  let index = 0;
  // 999.5 would be rounded to 1000, so the next unit begins a little earlier.
  while (Math.abs(scaledValue) >= base - 0.5 && index < units.length - 1) {
    scaledValue /= base;
    index += 1;
  }
  const digits = index === 0 ? scaledValue.toFixed(0) : significant(scaledValue);
  return `${digits} ${units[index]}`;
}

/** Bytes in IEC units: `1.50 GiB`. */
export function formatBytes(bytes: Maybe): string {
  return bytes == null ? UNKNOWN : scaled(bytes, 1024, BINARY_UNITS);
}

/** Bytes per second in decimal units, as is usual for networks: `1.20 MB/s`. */
export function formatRate(bytesPerSecond: Maybe): string {
  return bytesPerSecond == null ? UNKNOWN : scaled(bytesPerSecond, 1000, DECIMAL_UNITS);
}

/** A percentage with `digits` decimals: `25.3%`. */
export function formatPercent(percent: Maybe, digits = 1): string {
  return percent == null ? UNKNOWN : `${percent.toFixed(digits)}%`;
}

/** The number of cores of a host: `1 core`, `8 cores`; `null` if it is unknown. */
export function formatCores(count: Maybe): string | null {
  return count == null ? null : `${count} ${count === 1 ? 'core' : 'cores'}`;
}

/** A value in the unit of its metric, for legends, tiles and axes. */
export function formatUnit(value: Maybe, unit: MetricUnit): string {
  if (value == null) return UNKNOWN;
  switch (unit) {
    case 'percent':
      return formatPercent(value);
    case 'bytes':
      return formatBytes(value);
    case 'bytes_per_second':
      return formatRate(value);
    case 'celsius':
      return `${value.toFixed(1)} °C`;
    case 'watts':
      return `${significant(value)} W`;
    case 'rpm':
      return `${value.toFixed(0)} rpm`;
    case 'load':
      return value.toFixed(2);
    case 'seconds':
    case 'count':
      return value.toLocaleString('en', { maximumFractionDigits: 1 });
  }
}
