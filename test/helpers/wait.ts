/** Waiting for what a test expects, never for a fixed time. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats `probe` until it answers something truthy; rejects after `timeoutMs` with `what`. */
export async function waitFor<result>(
  what: string,
  probe: () => Promise<result> | result,
  timeoutMs = 15_000,
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
    await sleep(25);
  }
}
