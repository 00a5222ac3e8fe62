/** Runs bounded steps of background work until none is due, leaving room for ingest between them. */
import { Pace } from '../../common/pace.js';
import type { StepResult } from '../store/metrics-store.js';

/** Maximum steps of one call; the next call continues. */
const MAX_STEPS = 500;

/** Repeats `step` while more is due and `signal` is not aborted; answers the rows in all. */
export async function runSteps(
  step: () => Promise<StepResult>,
  signal: AbortSignal,
): Promise<number> {
  return (await runPaced(step, signal, new Pace())).rows;
}

/** The same with a pace, and it also answers whether more was due when the steps of one call were used up. */
export async function runPaced(
  step: () => Promise<StepResult>,
  signal: AbortSignal,
  pace: Pace,
): Promise<StepResult> {
  let rows = 0;
  for (let count = 0; count < MAX_STEPS && !signal.aborted; count++) {
    const result = await step();
    rows += result.rows;
    if (!result.more) {
      return { rows, more: false };
    }
    await pace.pause();
  }
  return { rows, more: !signal.aborted };
}
