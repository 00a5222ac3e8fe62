/** Why a page that is loaded on demand did not come. */

/** What browsers say of a script that was not sent, and Vite of a style sheet. */
const NOT_SENT =
  /dynamically imported module|module script failed|Unable to preload CSS|error loading dynamically/i;

/**
 * The error to show: the server is named only where it did not send the page. A page that was sent and
 * then broke tells its own cause.
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
