/** One whole reading of this machine, for commands that run only a moment. */
import type { Reading } from '../sampling/collectors/collector.js';
import { createCollectors } from '../sampling/collectors/index.js';
import { parseUptime } from '../sampling/collectors/linux/uptime.js';
import { FIRST_READING } from '../sampling/collectors/rates.js';
import { CollectorRunner } from '../sampling/collectors/runner.js';
import { type Roots, readText } from '../shared/roots.js';

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

/** The collectors of this machine, or of the one whose root is mounted elsewhere. */
export function createRunners(roots: Roots): CollectorRunner[] {
  const platform = roots.host === null ? process.platform : 'linux';
  return createCollectors(platform, { intervalMs: GAP_MS, roots }).map(
    (collector) => new CollectorRunner(collector),
  );
}

/**
 * Reads two recorded trees of one machine as two readings. The machine's uptime tells the time between
 * them, else it is one second. A machine that was restarted between them has no rates.
 */
export async function readRecorded(first: Roots, next: Roots): Promise<ReadTwice> {
  const [uptime, later] = [uptimeOf(first), uptimeOf(next)];
  const restarted = uptime !== null && later !== null && later < uptime;
  const elapsedMs =
    uptime !== null && later !== null && later > uptime ? (later - uptime) * 1000 : GAP_MS;
  const earlier = createRunners(first);
  const runners = createRunners(next);
  try {
    await Promise.all(earlier.map((runner) => runner.read(0, TIMEOUT_MS)));
    if (!restarted) {
      runners.forEach(({ collector }, index) => {
        const before = earlier[index]?.collector;
        if (before) collector.resume?.(before);
      });
    }
    const readings = await Promise.all(runners.map((runner) => runner.read(elapsedMs, TIMEOUT_MS)));
    return { runners, readings };
  } finally {
    for (const runner of [...earlier, ...runners]) runner.close();
  }
}

function uptimeOf({ proc }: Roots): number | null {
  return parseUptime(readText(`${proc}/uptime`) ?? '');
}

/** Reads everything twice, as rates need, and again while programs have not answered yet. */
export async function readTwice(
  runners: CollectorRunner[],
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
