/** Shortens texts to what a service takes. Pure. */

const ELLIPSIS = '…';

/** At most `max` UTF-16 units of `text`, never half a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) {
    return text;
  }
  return `${text.slice(0, max - ELLIPSIS.length).replace(/[\ud800-\udbff]$/, '')}${ELLIPSIS}`;
}

/** At most `max` bytes of `text` in UTF-8, never a part of a character. */
export function cutBytes(text: string, max: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= max) {
    return text;
  }
  const kept = bytes.subarray(0, max - Buffer.byteLength(ELLIPSIS));
  // `stream` leaves out the character that the cut went through.
  return `${new TextDecoder().decode(kept, { stream: true })}${ELLIPSIS}`;
}
