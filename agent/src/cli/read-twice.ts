/** One whole reading of this machine, for commands that run only a moment. */
import type { Reading } from '../collectors/collector.js';
import { createCollectors } from '../collectors/index.js';
import { FIRST_READING } from '../collectors/rates.js';
import { CollectorRunner } from '../collectors/runner.js';

/** Rates are taken over this time. */
const GAP_MS = 1_000;
const TIMEOUT_MS = 5_000;
/** PowerShell and nvidia-smi take some seconds to their first answer. */
const PATIENCE_MS = 12_000;

/** What was read, and by which collector. The collectors are closed. */
export interface ReadTwice {
  runners: CollectorRunner[];
  readings: Reading[];
}

/** Reads everything twice, as rates need, and again while programs have not answered yet. */
export async function readTwice(
  runners: CollectorRunner[] = createCollectors(process.platform, { intervalMs: GAP_MS }).map(
    (collector) => new CollectorRunner(collector),
  ),
  pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<ReadTwice> {
  const read = () =>
    Promise.all(runners.map((runner) => runner.read(performance.now(), TIMEOUT_MS)));
  try {
    await read();
    let readings: Reading[];
    let waitedMs = 0;
    do {
      await pause(GAP_MS);
      waitedMs += GAP_MS;
      readings = await read();
    } while (waitedMs < PATIENCE_MS && isPremature(runners, readings));
    return { runners, readings };
  } finally {
    for (const runner of runners) runner.close();
  }
}

function isPremature(runners: readonly CollectorRunner[], readings: readonly Reading[]): boolean {
  return (
    runners.some(({ lastError }) => lastError?.kind === 'not_yet') ||
    readings.some(({ missing }) => Object.values(missing ?? {}).includes(FIRST_READING))
  );
}
