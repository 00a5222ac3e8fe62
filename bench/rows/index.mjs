/** Every row of the benchmark, in the order of the table. */
import { devices } from './devices.mjs';
import { history } from './history.mjs';
import { knownMachines } from './known-machines.mjs';
import { batchPushes, singlePushes } from './pushes.mjs';

export const ROWS = [singlePushes, batchPushes, history, knownMachines, devices];
