/** Durations and sizes as people write them: `7d`, `20GB`. */

const DURATION_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds of `90s`, `5m`, `12h`, `7d`, `2w`, `2y`; `null` if it is no duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w|y)$/.exec(text.trim());
  const unit = match?.[2] && DURATION_MS[match[2]];
  return match && unit ? Math.round(Number(match[1]) * unit) : null;
}

const SIZE_BYTES: Record<string, number> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Bytes of `500MB`, `20GB`, `1.5TiB`; `null` if it is no size. */
export function parseByteSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b)$/i.exec(text.trim());
  const unit = match?.[2] && SIZE_BYTES[match[2].toUpperCase()];
  return match && unit ? Math.round(Number(match[1]) * unit) : null;
}
