/** Waiting for what a test expects, never for a fixed time. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a busy machine may take for what an idle one does at once. */
const PATIENCE_MS = 30_000;

/** Repeats `probe` until it answers something truthy; rejects after `timeoutMs` with `what`. */
export async function waitFor<result>(
  what: string,
  probe: () => Promise<result> | result,
  timeoutMs = PATIENCE_MS,
  everyMs = 25,
): Promise<NonNullable<result>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await probe();
    if (result) {
      return result as NonNullable<result>;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    }
    await sleep(everyMs);
  }
}
