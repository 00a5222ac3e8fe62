/** Durations and sizes in human-readable form. */

const DURATION_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const SIZE_BYTES: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

function parseWithUnit(text: string, units: Record<string, number>, bare: number): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  if (!match) return null;
  const unit = (match[2] ?? '').toLowerCase();
  const factor = unit === '' ? bare : units[unit];
  if (factor === undefined) return null;
  return Number(match[1]) * factor;
}

/** Milliseconds of `5s`, `500ms`, `1m`, `7d`; a bare number is seconds. `null` if it is neither. */
export function parseDuration(text: string): number | null {
  return parseWithUnit(text, DURATION_MS, 1_000);
}

/** Bytes of `64MB`, `512k`, `1GiB`; a bare number is bytes. `null` if it is neither. */
export function parseSize(text: string): number | null {
  return parseWithUnit(text, SIZE_BYTES, 1);
}

/** A duration for people: `350 ms`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

/** A size for people: `812 B`, `4.2 kB`, `63 MB`. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toPrecision(bytes >= 100 * size ? 3 : 2)} ${unit}`;
  }
  return `${bytes} B`;
}

/** A number of things for people: `1 sample`, `2 samples`. */
export function formatCount(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
