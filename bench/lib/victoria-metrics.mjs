/** VictoriaMetrics with the same samples, where it is installed. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram, stop } from './processes.mjs';

const PROGRAM = 'victoria-metrics';
/** Samples of a machine that are made before they are sent. */
const SAMPLES_PER_REQUEST = 2_000;

/** Starts it on a folder of its own; `null` where it is not installed. */
export async function startVictoriaMetrics() {
  if (spawnSync(PROGRAM, ['--version']).error) {
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'procspy-bench-vm-'));
  const port = await freePort();
  const child = startProgram(PROGRAM, [
    `-storageDataPath=${folder}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=3y',
    '-search.latencyOffset=0s',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await ready(`${url}/health`);
  return {
    url,
    /** Imports samples as `gather` writes them; answers how many values. */
    async import({ machines, from, to, stepMs }) {
      let values = 0;
      for (const machine of machines) {
        for (let start = from; start < to; start += SAMPLES_PER_REQUEST * stepMs) {
          const end = Math.min(to, start + SAMPLES_PER_REQUEST * stepMs);
          values += await importSamples(url, machine, start, end, stepMs);
        }
      }
      return values;
    },
    /** Merges everything; answers the bytes of the data folder. */
    async merge() {
      await fetch(`${url}/internal/force_flush`);
      await fetch(`${url}/internal/force_merge`);
      await settled(url);
      return sizeOf(join(folder, 'data'));
    },
    async stop() {
      await stop(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The path of a range query for averages, and `withExtremes` for least and greatest values; nothing is cached. */
export function rangeQuery(selector, { from, to, stepMs }, withExtremes) {
  const step = `${stepMs / 1_000}s`;
  const functions = ['avg', ...(withExtremes ? ['min', 'max'] : [])];
  const parts = functions.map(
    (name) => `label_set(${name}_over_time(${selector}[${step}]), "value", "${name}")`,
  );
  const query = encodeURIComponent(`(${parts.join(', ')})`);
  return `/api/v1/query_range?query=${query}&start=${from / 1_000}&end=${to / 1_000}&step=${step}&nocache=1`;
}

async function importSamples(url, { key, next }, from, to, stepMs) {
  const series = new Map();
  const put = (name, device, time, value) => {
    const id = `${name}/${device}`;
    const one = series.get(id) ?? {
      metric: { __name__: name, machine: String(key), ...(device !== '' && { device }) },
      values: [],
      timestamps: [],
    };
    series.set(id, one);
    one.values.push(value);
    one.timestamps.push(time);
  };
  for (let time = from; time < to; time += stepMs) {
    const { values, devices = {} } = next(stepMs);
    for (const [name, value] of Object.entries(values)) put(name, '', time, value);
    for (const [list, items] of Object.entries(devices)) {
      for (const { name: device, ...metrics } of items) {
        for (const [name, value] of Object.entries(metrics)) {
          put(`${list}_${name}`, device, time, value);
        }
      }
    }
  }
  const body = [...series.values()].map((one) => JSON.stringify(one)).join('\n');
  const answer = await fetch(`${url}/api/v1/import`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`VictoriaMetrics refused the samples: ${await answer.text()}`);
  return [...series.values()].reduce((sum, { values }) => sum + values.length, 0);
}

/** Waits until no merge is under way. */
async function settled(url) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const active = [...metrics.matchAll(/^vm_active_(force_)?merges\{?.*\}? (\d+)$/gm)];
    if (active.every(([, , count]) => count === '0')) return;
  }
}

async function ready(url) {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('VictoriaMetrics did not start');
}

async function sizeOf(folder) {
  const names = await readdir(folder, { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(join(folder, name))));
  return stats.reduce((sum, file) => sum + (file.isFile() ? file.blocks * 512 : 0), 0);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
