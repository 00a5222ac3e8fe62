/** Measures pushes: rounds of several targets in turn, so that whatever else runs hits all alike. */
import { fileURLToPath } from 'node:url';
import { cpuSeconds, memory } from '../agent/usage.mjs';
import { nextMessage, startScript, stop } from './processes.mjs';
import { median } from './statistics.mjs';

const WORKER = fileURLToPath(new URL('./load-worker.mjs', import.meta.url));
const ANSWER_TIMEOUT_MS = 60_000;
const LONGEST_ROUND_MS = 300_000;

/** Starts the load generator. */
export function startLoad() {
  const child = startScript(WORKER);
  return {
    pid: child.pid,
    /** Makes the requests of `target`: `{target, machines, connections, batch?, more?}`. */
    async prepare(target) {
      child.send(target);
      await nextMessage(child, ({ ready }) => ready === target.target, ANSWER_TIMEOUT_MS);
    },
    /**
     * One round against `server`: what was answered, and what it cost the server. `during` is
     * called when the counting begins and has ended when the round resolves; with a `measureMs` of
     * `null` the counting ends with it.
     */
    async round({ target, server, warmUpMs, measureMs, pauseMs, during }) {
      const { hostname, port } = new URL(server.url);
      const begun = nextMessage(child, ({ phase }) => phase === 'measuring', ANSWER_TIMEOUT_MS);
      child.send({ target, host: hostname, port: Number(port), warmUpMs, measureMs, pauseMs });
      await begun;
      const before = cpuSeconds(server.pid);
      const measured = nextMessage(child, ({ phase }) => phase === 'measured', LONGEST_ROUND_MS);
      const work = during?.();
      if (measureMs === null) {
        await work;
        child.send({ enough: true });
      }
      await measured;
      const cpu = cpuSeconds(server.pid) - before;
      const { result } = await nextMessage(child, (message) => message.result, ANSWER_TIMEOUT_MS);
      await work;
      if (result.failures > 0) {
        throw new Error(`${server.name}: ${result.failures} pushes failed: ${result.firstFailure}`);
      }
      return {
        ...result,
        cpuMicroseconds: (cpu * 1e6) / result.requests,
        rss: memory(server.pid).rss,
      };
    },
    stop: () => stop(child),
  };
}

/** Uncounted load on every target, until V8 has compiled what the pushes use. */
export async function warmUp(load, targets, { warmUpSeconds }) {
  for (const { target, server } of targets) {
    await load.round({ target, server, warmUpMs: warmUpSeconds * 1000, measureMs: 100 });
  }
}

/** Rounds of all targets in turn, in alternating order; answers each server's rounds by its name. */
export async function interleave(
  load,
  targets,
  { rounds, warmUpMs, measureMs, log = () => undefined },
) {
  const results = new Map(targets.map(({ server }) => [server.name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? targets : [...targets].reverse();
    for (const { target, server } of order) {
      const result = await load.round({ target, server, warmUpMs, measureMs });
      results.get(server.name).push(result);
      log(
        `${server.name}: ${Math.round(result.perSecond)}/s, p99 ${result.p99.toFixed(1)} ms, ${result.cpuMicroseconds.toFixed(1)} µs CPU a request`,
      );
    }
  }
  return results;
}

/** The median of one figure over the rounds. */
export function medianOf(rounds, figure) {
  return median(rounds.map((round) => round[figure]));
}
