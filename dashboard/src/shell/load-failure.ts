/** Explains why a page that is loaded on demand failed. */

/** Messages of browsers for a script that could not be loaded, and of Vite for a style sheet. */
const NOT_SENT =
  /dynamically imported module|module script failed|Unable to preload CSS|error loading dynamically/i;

/**
 * The error to show. It names the server only if the server did not send the page; a page that was
 * loaded and then failed shows its own error.
 */
export function loadFailure(cause: unknown): Error {
  const words = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new Error(
    NOT_SENT.test(words)
      ? 'The server did not send this page. Is it running?'
      : `This page broke while it was loaded: ${words}`,
    { cause },
  );
}
