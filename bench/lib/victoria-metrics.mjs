/** The size of samples in VictoriaMetrics, where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = 'victoria-metrics';
const SAMPLES_PER_REQUEST = 2_000;

/** Bytes a value of its data folder after a merge; `null` where it is not installed. */
export async function bytesInVictoriaMetrics({ from, to, stepMs }, machines) {
  if (spawnSync(PROGRAM, ['--version']).error) {
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'procspy-bench-vm-'));
  const port = await freePort();
  const child = spawn(
    PROGRAM,
    [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=2y',
      '-search.latencyOffset=0s',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  try {
    await ready(`${url}/health`);
    let values = 0;
    for (let start = from; start < to; start += SAMPLES_PER_REQUEST * stepMs) {
      const end = Math.min(to, start + SAMPLES_PER_REQUEST * stepMs);
      values += await importSamples(url, machines, start, end, stepMs);
    }
    await fetch(`${url}/internal/force_flush`);
    await fetch(`${url}/internal/force_merge`);
    await settled(url);
    return (await sizeOf(join(folder, 'data'))) / values;
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

async function importSamples(url, machines, from, to, stepMs) {
  const series = new Map();
  const put = (name, time, value) => {
    const one = series.get(name) ?? { values: [], timestamps: [] };
    series.set(name, one);
    one.values.push(value);
    one.timestamps.push(time);
  };
  for (let time = from; time < to; time += stepMs) {
    for (const { key, next } of machines) {
      const { values, devices } = next(stepMs);
      for (const [name, value] of Object.entries(values)) put(`${name}/${key}`, time, value);
      for (const [list, items] of Object.entries(devices)) {
        for (const { name: device, ...metrics } of items) {
          for (const [name, value] of Object.entries(metrics)) {
            put(`${list}_${name}/${key}/${device}`, time, value);
          }
        }
      }
    }
  }
  let count = 0;
  const lines = [...series].map(([id, { values, timestamps }]) => {
    const [name, machine, ...device] = id.split('/');
    count += values.length;
    const metric = { __name__: name, machine, device: device.join('/') };
    return JSON.stringify({ metric, values, timestamps });
  });
  const answer = await fetch(`${url}/api/v1/import`, { method: 'POST', body: lines.join('\n') });
  if (!answer.ok) throw new Error(`VictoriaMetrics refused the samples: ${await answer.text()}`);
  return count;
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
