/** Every row of the benchmark, in the order of the table. */
import { batchPushes, singlePushes } from './pushes.mjs';

export const ROWS = [singlePushes, batchPushes];
