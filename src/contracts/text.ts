/** Limits and form of the texts that people and agents choose. */

/** Longest texts in characters (UTF-16 code units), and the most tags of a machine. */
export const TEXT_LIMITS = {
  machineName: 128,
  tag: 64,
  tags: 32,
  /** Name of a rule, a channel or a key. */
  name: 200,
  /** Note of an acknowledgement. */
  note: 1_000,
  email: 254,
  password: 256,
} as const;

/** Shortest password. Its length is what makes it strong (NIST SP 800-63B). */
export const MIN_PASSWORD_LENGTH = 10;

/** Control characters, unpaired surrogates, line separators, and marks that change the direction. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** The text without spaces around it, in normal form C: equal names are then equal strings. */
export function tidyText(text: string): string {
  return text.trim().normalize('NFC');
}

/** True for text on one line of 1 to `max` characters that shows all that it contains. */
export function isLine(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' && value.length > 0 && value.length <= max && !HIDDEN.test(value)
  );
}

/** True for text of at most `max` characters, on one line or several, that shows all that it contains. */
export function isPlainText(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' && value.length <= max && !HIDDEN.test(value.replace(/[\n\t]/g, ''))
  );
}

/** Characters that names and reasons in a sample must not contain, for use in a character class. */
const UNSTORABLE = '\\u0000-\\u001f\\u007f\\p{Surrogate}';

/** Regular expression (flag `u`) for names and reasons in a sample. */
export const SAMPLE_TEXT_PATTERN = `^[^${UNSTORABLE}]*$`;

const UNSTORABLE_CHARACTERS = new RegExp(`[${UNSTORABLE}]`, 'gu');

/** The text as a sample can carry it: at most `max` characters, invalid ones replaced by U+FFFD. */
export function toSampleText(text: string, max: number): string {
  return text.slice(0, max).replace(UNSTORABLE_CHARACTERS, '\ufffd');
}
