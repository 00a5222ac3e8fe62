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
  const pace = new Pace();
  let rows = 0;
  for (let count = 0; count < MAX_STEPS && !signal.aborted; count++) {
    const result = await step();
    rows += result.rows;
    if (!result.more) {
      break;
    }
    await pace.pause();
  }
  return rows;
}
