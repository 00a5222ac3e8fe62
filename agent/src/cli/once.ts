/** `once`: prints one sample. */
import { createCollectors } from '../collectors/index.js';
import { CollectorRunner } from '../collectors/runner.js';
import { assembleSample } from '../sample.js';
import type { CommandLine } from './arguments.js';
import { print, readConfig } from './context.js';

/** Rates are taken over this time. */
const GAP_MS = 1_000;
const TIMEOUT_MS = 5_000;

/** Takes two readings and prints the second as JSON; answers the exit code. */
export async function once({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  const runners = createCollectors(process.platform, { ...config, intervalMs: GAP_MS }).map(
    (collector) => new CollectorRunner(collector),
  );
  const read = () =>
    Promise.all(runners.map((runner) => runner.read(performance.now(), TIMEOUT_MS)));
  try {
    await read();
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    const sample = assembleSample(Date.now(), await read());
    print(flags.json ? sample : JSON.stringify(sample, null, 2));
  } finally {
    for (const runner of runners) runner.close();
  }
  return 0;
}
