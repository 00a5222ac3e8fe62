/** Names and reasons in the form that the server accepts. */

/** At most `longest` characters; control characters and halves of a character become `\ufffd`. */
export function plainText(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[\p{Cc}\p{Surrogate}]/gu, '\ufffd');
}
