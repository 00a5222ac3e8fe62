/**
 * Formats values in their units, the same in notifications as in the dashboard. An unknown value is
 * a dash, never 0.
 */
import type { MetricUnit } from './metric-catalog.js';

/** Names of the units for which a number is asked, e.g. a threshold; counts and loads have none. */
export const UNIT_NAMES: Readonly<Record<MetricUnit, string>> = {
  percent: '%',
  bytes: 'bytes',
  bytes_per_second: 'bytes per second',
  celsius: '°C',
  seconds: 'seconds',
  watts: 'W',
  rpm: 'rpm',
  count: '',
  load: '',
};

/** Shown for an unknown value. */
export const UNKNOWN = '–';

type Maybe = number | null | undefined;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

/** A value in the unit of its metric, for legends, tiles, axes and messages. */
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
      return formatDuration(value);
    case 'count':
      return value.toLocaleString('en', { maximumFractionDigits: 1 });
  }
}

/** A duration in seconds in its two largest units: `3d 4h`, `5m 2s`. */
export function formatDuration(seconds: Maybe): string {
  if (seconds == null) return UNKNOWN;
  const total = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(total / DAY), 'd'],
    [Math.floor((total % DAY) / HOUR), 'h'],
    [Math.floor((total % HOUR) / MINUTE), 'm'],
    [total % MINUTE, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}
