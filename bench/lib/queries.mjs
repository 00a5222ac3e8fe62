/** Times calls of the read API over one kept connection. */
import { performance } from 'node:perf_hooks';
import { median } from './statistics.mjs';

/** Milliseconds that one call takes, answer read whole. */
async function timeCall(server, headers, path) {
  const startedAt = performance.now();
  const answer = await fetch(`${server.url}${path}`, { headers });
  const text = await answer.text();
  const took = performance.now() - startedAt;
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
  return took;
}

/** Medians of the paths' times in milliseconds; the paths are called in turn. */
export async function medianTimes(server, headers, paths, calls) {
  const times = paths.map(() => []);
  for (let call = 0; call < calls + 3; call++) {
    for (const [index, path] of paths.entries()) {
      const took = await timeCall(server, headers, path);
      // The first calls warm up.
      if (call >= 3) times[index].push(took);
    }
  }
  return times.map(median);
}
