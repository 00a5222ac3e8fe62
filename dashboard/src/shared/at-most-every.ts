/** Runs an action soon after it is called, but not again before some time has passed. */

/** The returned function may be called at any rate; the last call is never lost. */
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
