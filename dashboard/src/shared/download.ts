/** Files that the browser saves. */

/** Safari reads the content only some time after the click. */
const KEPT_MS = 60_000;

/** Saves `content` as a file; the browser asks where, or puts it to the downloads. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** A file name of the given parts, with nothing in it that a file system would not take. */
export function fileName(parts: readonly string[], ending: string): string {
  const safe = parts.map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, '-'));
  return `${safe.join('_')}.${ending}`;
}
