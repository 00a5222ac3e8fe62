/** Every row of the benchmark, in the order of the table. */
import { agent } from './agent.mjs';
import { devices } from './devices.mjs';
import { history } from './history.mjs';
import { knownMachines } from './known-machines.mjs';
import { live } from './live.mjs';
import { soak } from './memory.mjs';
import { batchPushes, singlePushes } from './pushes.mjs';
import { rollup } from './rollup.mjs';
import { sizes } from './sizes.mjs';
import { sqlite, sqliteHistory } from './sqlite.mjs';
import { store } from './store.mjs';

export const ROWS = [
  singlePushes,
  batchPushes,
  store,
  history,
  knownMachines,
  live,
  devices,
  rollup,
  sizes,
  sqlite,
  sqliteHistory,
  soak,
  agent,
];
