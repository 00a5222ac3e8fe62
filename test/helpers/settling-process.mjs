/**
 * A server's background work on history in a process that a test may kill: rolls up and compacts what is
 * complete at `now`, and removes what is older than `retention`, until nothing is left to do.
 */
import { createMetricsStore } from '../../dist/metrics/store/create-metrics-store.js';
import { RefusedDevicesService } from '../../dist/metrics/store/refused-devices.service.js';

const { config, now, retention } = JSON.parse(process.argv[2]);
const { signal } = new AbortController();
const store = createMetricsStore(config, () => now, new RefusedDevicesService());
await store.open();
process.send('ready');

const untilDone = async (step) => {
  while ((await step()).more);
};
// A second time for what the first round marked as late.
for (const _round of [1, 2]) {
  await untilDone(() => store.rollUp('1m', now));
  await untilDone(() => store.rollUp('1h', now));
  await untilDone(() => store.compact(now));
}
if (retention) await untilDone(() => store.expire(now, retention, signal));
await store.close();
process.disconnect();
