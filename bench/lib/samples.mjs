/** Samples as the store takes them: every metric known. */
import { MACHINE_SERIES } from '../../dist/metrics/store/series.js';

/** `count` samples of a thousand machines, each machine's times growing from `start` on. */
export function manySamples(count, start) {
  const machines = 1_000;
  return Array.from({ length: count }, (_, index) => {
    const machine = (index % machines) + 1;
    return {
      machineKey: machine,
      machine_id: '',
      timestamp: start + Math.floor(index / machines),
      values: Object.fromEntries(
        MACHINE_SERIES.metrics.map((name, metric) => [
          name,
          ((index * 7 + metric * 13) % 1000) / 10,
        ]),
      ),
    };
  });
}
