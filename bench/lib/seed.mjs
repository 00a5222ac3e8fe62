/** History as the server gathers it: through its own store, by a clock that runs quickly. */
import { openStore } from './store.mjs';

const HOUR_MS = 3_600_000;
/** A server rolls up all the time; here it is enough now and then. */
const SETTLE_EVERY_MS = 6 * HOUR_MS;

/**
 * Writes the samples of `machines` (each `{key, next}`, where `next(stepMs)` makes a sample) from `from` to
 * `to`, rolled up and compacted on the way. The first time, the store is opened `anew`.
 */
export async function gather(config, { machines, from, to, stepMs, anew = false }) {
  const clock = { now: from };
  const { store, close } = await openStore(config, { now: () => clock.now, anew });
  const settle = async () => {
    for (const tier of ['1m', '1h']) {
      while ((await store.rollUp(tier, clock.now)).more);
    }
    while ((await store.compact(clock.now)).more);
  };
  try {
    for (let hour = from; hour < to; hour += HOUR_MS) {
      const end = Math.min(to, hour + HOUR_MS);
      await store.prepare(hour);
      for (let time = hour; time < end; time += 10 * stepMs) {
        const samples = [];
        for (let at = time; at < Math.min(end, time + 10 * stepMs); at += stepMs) {
          for (const { key, next } of machines) {
            samples.push({ machineKey: key, machine_id: '', timestamp: at, ...next(stepMs) });
          }
        }
        await store.write(samples);
      }
      clock.now = end;
      if (end % SETTLE_EVERY_MS === 0) await settle();
    }
    // The last hour is closed a little after its end.
    clock.now = to + 3 * 60_000;
    await settle();
    return await store.usage();
  } finally {
    await close();
  }
}
