/** Words of which sentences are made. Pure functions. */

/** `web-1`, `web-1 and web-2`, `web-1, web-2 and 3 more`. */
export function joined(names: readonly string[], word = 'and', shown = 3): string {
  const all = names.length <= shown ? [...names] : names.slice(0, shown - 1);
  const last = names.length <= shown ? all.pop() : `${names.length - all.length} more`;
  return all.length === 0 ? (last ?? '') : `${all.join(', ')} ${word} ${last}`;
}

const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** A duration in seconds in words: `5 minutes`, `1 hour 30 minutes`. */
export function durationWords(seconds: number): string {
  let left = Math.round(seconds);
  const parts: string[] = [];
  for (const [length, unit] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}

/** `1 time`, `2 times`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
