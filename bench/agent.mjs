/**
 * What the agent costs: CPU time and memory at a one-second interval, beside node_exporter scraped
 * once a second and a bare Node process, in the same run. Linux only.
 *
 *   node bench/agent.mjs [--seconds=60] [--json]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, memory } from './agent/usage.mjs';

const BUNDLE = fileURLToPath(new URL('../agent/dist/procspy-agent.mjs', import.meta.url));
const NODE_EXPORTER = '/usr/bin/prometheus-node-exporter';
const WARM_UP_SECONDS = 10;
const LIMITS = { cpu: 0.5, rss: 1.3 };

const seconds = Number(/--seconds=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 60);
const asJson = process.argv.includes('--json');
const started = [];
const state = mkdtempSync(join(tmpdir(), 'procspy-bench-'));

function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'ignore', ...options });
  started.push(child);
  return child;
}

/** Starts the counterpart; answers its port and a count of pushes. */
async function startSink() {
  const script = fileURLToPath(new URL('./agent/sink.mjs', import.meta.url));
  const child = start(process.execPath, [script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const sink = { port: 0, pushes: 0 };
  child.on('message', (message) => {
    if (message.push !== undefined) sink.pushes += 1;
  });
  const [{ port }] = await once(child, 'message');
  sink.port = port;
  return sink;
}

/** Scrapes node_exporter once a second, as Prometheus would. */
function scrape(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const timer = setInterval(() => {
    get({ host: '127.0.0.1', port, path: '/metrics', agent }, (answer) => answer.resume()).on(
      'error',
      () => undefined,
    );
  }, 1000);
  return () => {
    clearInterval(timer);
    agent.destroy();
  };
}

async function measure(processes) {
  const before = processes.map(({ pid }) => cpuSeconds(pid));
  const highest = processes.map(() => ({ rss: 0, anonymous: 0 }));
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1000);
    processes.forEach(({ pid }, index) => {
      const { rss, anonymous } = memory(pid);
      highest[index].rss = Math.max(highest[index].rss, rss);
      highest[index].anonymous = Math.max(highest[index].anonymous, anonymous);
    });
  }
  return processes.map(({ name, pid }, index) => {
    const cpu = cpuSeconds(pid) - before[index];
    const { rss, anonymous } = highest[index];
    return {
      name,
      cpu_seconds: cpu,
      cpu_percent: (100 * cpu) / seconds,
      rss_mb: rss,
      anonymous_mb: anonymous,
    };
  });
}

/** Mean wall time of each collector's runs in microseconds, from the status that the agent writes. */
function collectorCosts(stateDir) {
  const { collectors } = JSON.parse(readFileSync(join(stateDir, 'status.json'), 'utf8'));
  return collectors.map(({ name, runs, totalMs }) => ({
    name,
    runs,
    microseconds_per_run: runs > 0 ? (1000 * totalMs) / runs : 0,
  }));
}

async function main() {
  if (!existsSync(BUNDLE)) throw new Error('build the agent first: npm run build -w agent');
  const sink = await startSink();
  const bare = start(process.execPath, ['-e', 'setInterval(()=>{},1e9)']);
  const agent = start(
    process.execPath,
    [BUNDLE, 'run', '--server', `http://127.0.0.1:${sink.port}`, '--interval', '1s'],
    {
      env: { PATH: process.env.PATH, PROCSPY_STATE_DIR: state },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const processes = [
    { name: 'bare node', pid: bare.pid },
    { name: 'procspy-agent', pid: agent.pid },
  ];
  let stopScraping = () => undefined;
  if (existsSync(NODE_EXPORTER)) {
    const port = 20_000 + (process.pid % 20_000);
    const exporter = start(NODE_EXPORTER, [`--web.listen-address=127.0.0.1:${port}`]);
    processes.push({ name: 'node_exporter', pid: exporter.pid });
    stopScraping = scrape(port);
  }
  await sleep(WARM_UP_SECONDS * 1000);
  const startCpu = cpuSeconds(agent.pid);
  const pushesBefore = sink.pushes;
  const rows = await measure(processes);
  const pushes = sink.pushes - pushesBefore;
  stopScraping();
  agent.kill('SIGTERM');
  await once(agent, 'exit');
  report(rows, { pushes, start_cpu_seconds: startCpu, collectors: collectorCosts(state) });
}

function report(rows, { pushes, start_cpu_seconds, collectors }) {
  const row = (name) => rows.find((candidate) => candidate.name === name);
  const own = row('procspy-agent');
  const exporter = row('node_exporter');
  const ratios = {
    cpu_to_node_exporter: exporter ? own.cpu_seconds / exporter.cpu_seconds : null,
    rss_to_bare_node: own.rss_mb / row('bare node').rss_mb,
  };
  const result = {
    machine: `${cpus()[0]?.model.trim()} x ${cpus().length}, Linux ${release()}, Node ${process.version}`,
    seconds,
    rows,
    pushes,
    start_cpu_seconds,
    cpu_ms_per_tick: (1000 * own.cpu_seconds) / seconds,
    collectors,
    ratios,
    limits: LIMITS,
  };
  if (asJson) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  console.log(`${result.machine}; ${seconds} s at a one-second interval, ${pushes} pushes\n`);
  console.log('process          CPU s    CPU %   RSS MB  private MB');
  for (const { name, cpu_seconds, cpu_percent, rss_mb, anonymous_mb } of rows) {
    const cells = [cpu_seconds.toFixed(3).padStart(7), cpu_percent.toFixed(3).padStart(8)];
    cells.push(rss_mb.toFixed(1).padStart(8), anonymous_mb.toFixed(1).padStart(11));
    console.log(name.padEnd(15) + cells.join(' '));
  }
  console.log(
    `\nagent: ${result.cpu_ms_per_tick.toFixed(2)} ms of CPU time a tick; start and warm-up ${start_cpu_seconds.toFixed(2)} s`,
  );
  for (const { name, runs, microseconds_per_run } of collectors) {
    console.log(
      `  ${name.padEnd(12)} ${microseconds_per_run.toFixed(0).padStart(6)} µs a run, ${runs} runs`,
    );
  }
  const told = (value, limit) =>
    `${value.toFixed(2)}x (at most ${limit}x): ${value <= limit ? 'kept' : 'EXCEEDED'}`;
  if (ratios.cpu_to_node_exporter === null) {
    console.log(
      "\nCPU time to node_exporter: not measured, install Debian's prometheus-node-exporter",
    );
  } else {
    console.log(`\nCPU time to node_exporter: ${told(ratios.cpu_to_node_exporter, LIMITS.cpu)}`);
  }
  console.log(`memory to bare node:       ${told(ratios.rss_to_bare_node, LIMITS.rss)}`);
}

try {
  await main();
} finally {
  for (const child of started) child.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
}
