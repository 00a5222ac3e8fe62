/** Puts the machines of demo-machines.mjs into a running server: history, alerts and live samples. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_MACHINES, demoHost, demoSample } from '../demo-machines.mjs';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How often agents send. */
export const INTERVAL_MS = 5_000;
/** A silent machine stopped so long ago. */
const SILENT_MS = 9 * MINUTE_MS;
/** Every body stays below the server's limit. */
const BATCH = 400;
/** History, oldest first: as close as the charts of that age are. */
const HISTORY = [
  { from: 36 * HOUR_MS, every: MINUTE_MS },
  { from: 6 * HOUR_MS, every: 30_000 },
  { from: HOUR_MS, every: INTERVAL_MS },
];

/** Rules that show what is wrong with the fleet at once; the server brings others. */
const RULES = [
  { name: 'CPU is busy', metric: 'cpu', operator: 'gt', threshold: 88, severity: 'warning' },
  {
    name: 'Disk is nearly full',
    metric: 'disk',
    operator: 'gt',
    threshold: 92,
    severity: 'critical',
  },
  { name: 'Too hot', metric: 'temperature', operator: 'gt', threshold: 80, severity: 'critical' },
];

/** Makes a call as a script would; throws with the server's words. */
export async function call(url, path, key, body) {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
    },
    signal: AbortSignal.timeout(30_000),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${path}: ${JSON.stringify(answer)}`);
  }
  return answer;
}

/** Registers the machines; each comes back with its `demo`, `machine_id` and `api_key`. */
export function enrollFleet(url, enrollmentKey) {
  return Promise.all(
    DEMO_MACHINES.map(async (demo) => ({
      demo,
      ...(await call(url, '/machines/register', enrollmentKey, {
        machine_name: demo.name,
        machine_fingerprint: `demo-${demo.name}`,
        os: demo.os,
        agent_version: '0.1.0',
        tags: demo.tags,
        host: demoHost(demo),
        interval_seconds: INTERVAL_MS / 1000,
      })),
    })),
  );
}

/** Sends the past of every machine, `forMs` long at most. */
export async function pushHistory(url, machines, forMs = Number.POSITIVE_INFINITY) {
  const now = Date.now();
  const times = HISTORY.flatMap(({ from, every }, index) => {
    const until = HISTORY[index + 1]?.from ?? 0;
    const start = Math.min(from, forMs);
    return Array.from(
      { length: Math.max(0, Math.floor((start - until) / every)) },
      (_, step) => now - start + step * every,
    );
  });
  for (const { demo, machine_id, api_key } of machines) {
    const end = demo.silent ? now - SILENT_MS : now;
    const samples = times
      .filter((time) => time < end)
      .map((time) => demoSample(demo, machine_id, time));
    for (let index = 0; index < samples.length; index += BATCH) {
      await call(url, '/metrics/batch', api_key, { samples: samples.slice(index, index + BATCH) });
    }
  }
}

/** Makes those of the rules that are not there yet. */
export async function createRules(url, token) {
  const { items } = await call(url, '/alert-rules?limit=100', token);
  for (const rule of RULES) {
    if (!items.some(({ name }) => name === rule.name)) {
      await call(url, '/alert-rules', token, { for_seconds: 0, ...rule });
    }
  }
}

/**
 * Sends what every machine that is awake measures, as agents do, until the returned function is called.
 * `onError` is told of a push that failed; the next one is tried all the same.
 */
export function pushLive(url, machines, onError) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const awake = machines.filter(({ demo }) => !demo.silent);
  const pushing = (async () => {
    while (!signal.aborted) {
      const time = Date.now();
      const pushes = await Promise.allSettled(
        awake.map(({ demo, machine_id, api_key }) =>
          call(url, '/metrics', api_key, demoSample(demo, machine_id, time)),
        ),
      );
      const failed = pushes.find(({ status }) => status === 'rejected');
      if (failed && !signal.aborted) {
        onError(failed.reason);
      }
      await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return () => {
    stopping.abort();
    return pushing;
  };
}
