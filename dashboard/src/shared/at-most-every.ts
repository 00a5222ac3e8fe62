/** Limits how often an action runs. */

/**
 * The returned function may be called at any rate. The action runs soon after a call, at most once
 * per period, and always after the last call.
 */
export function atMostEvery(milliseconds: number, action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastRun = Number.NEGATIVE_INFINITY;
  return () => {
    if (timer !== undefined) return;
    const wait = Math.max(0, lastRun + milliseconds - Date.now());
    timer = setTimeout(() => {
      timer = undefined;
      lastRun = Date.now();
      action();
    }, wait);
  };
}
