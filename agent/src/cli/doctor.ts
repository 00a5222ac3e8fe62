/** `doctor`: what works, what does not, and how to mend it. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { createCollectors } from '../collectors/index.js';
import { CollectorRunner } from '../collectors/runner.js';
import type { AgentConfig } from '../config.js';
import { errorCode, errorMessage, type UnavailableKind } from '../errors.js';
import { IdentityStore } from '../identity.js';
import { ConnectionError, type HttpClient } from '../sender/http-client.js';
import { keyHeader } from '../sender/http-transport.js';
import { errorWords, parseObject } from '../sender/outcome.js';
import type { CommandLine } from './arguments.js';
import { EXIT, makeClient, print, readCa, readConfig } from './context.js';

/** One thing that was looked at. */
export interface Finding {
  name: string;
  state: 'works' | UnavailableKind;
  detail: string;
  mend?: string;
}

const GAP_MS = 1_000;
const TIMEOUT_MS = 5_000;
/** The server takes samples from the future up to five minutes; a minute is worth telling of. */
const CLOCK_TOLERANCE_MS = 60_000;

const WORDS: Record<Finding['state'], string> = {
  works: 'works',
  not_permitted: 'not permitted',
  tool_missing: 'tool missing',
  not_on_this_machine: 'not here',
  failed: 'FAILED',
};

/** Looks at everything; answers 1 if something should be mended. */
export async function doctor({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  const client = makeClient(config, readCa(config), TIMEOUT_MS);
  const findings = [
    ...(await checkCollectors(config)),
    checkState(config),
    ...(await checkServer(config, client)),
  ];
  client.close();
  if (flags.json) print({ findings });
  else for (const finding of findings) print(findingLine(finding));
  const faulty = findings.some(({ state }) => state !== 'works' && state !== 'not_on_this_machine');
  return faulty ? EXIT.failed : 0;
}

/** One line for people, with a second one where something can be mended. */
export function findingLine({ name, state, detail, mend }: Finding): string {
  const line = `${name.padEnd(12)} ${WORDS[state].padEnd(13)} ${detail}`.trimEnd();
  return mend ? `${line}\n${' '.repeat(27)}-> ${mend}` : line;
}

/** Runs every collector twice, as rates need. */
async function checkCollectors(config: AgentConfig): Promise<Finding[]> {
  const collectors = createCollectors(process.platform, { ...config, intervalMs: GAP_MS });
  const runners = collectors.map((collector) => new CollectorRunner(collector));
  const read = () =>
    Promise.all(runners.map((runner) => runner.read(performance.now(), TIMEOUT_MS)));
  await read();
  await new Promise((resolve) => setTimeout(resolve, GAP_MS));
  const readings = await read();
  const findings = runners.map((runner, index): Finding => {
    const { collector, lastError } = runner;
    if (lastError) {
      const { kind, message, mend } = lastError;
      return { name: collector.name, state: kind, detail: message, ...(mend ? { mend } : {}) };
    }
    const reading = readings[index];
    const read = Object.entries(reading?.metrics ?? {}).filter(([, value]) => value !== null);
    const devices = Object.entries(reading?.devices ?? {}).map(
      ([list, all]) => `${all?.length ?? 0} ${list}`,
    );
    const missing = Object.entries(reading?.missing ?? {}).map(([key, why]) => `${key}: ${why}`);
    const parts = [read.map(([key]) => key).join(', '), devices.join(', '), missing.join('; ')];
    const empty = read.length === 0 && collector.provides.length > 0;
    return {
      name: collector.name,
      state: empty ? 'not_on_this_machine' : 'works',
      detail: (empty ? parts.slice(2) : parts).filter(Boolean).join('; '),
    };
  });
  for (const runner of runners) runner.close();
  return findings;
}

function checkState({ stateDir }: AgentConfig): Finding {
  const name = 'state';
  try {
    if (!existsSync(stateDir)) mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    accessSync(stateDir, constants.W_OK | constants.R_OK);
    return { name, state: 'works', detail: stateDir };
  } catch (error) {
    return {
      name,
      state: ['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error)) ? 'not_permitted' : 'failed',
      detail: errorMessage(error),
      mend: `let the agent's user write ${stateDir}, or name another folder with --state-dir`,
    };
  }
}

async function checkServer(config: AgentConfig, client: HttpClient): Promise<Finding[]> {
  const address = config.server.href;
  try {
    const before = Date.now();
    const answer = await client.request({ method: 'GET', path: '/health' });
    const after = Date.now();
    if (answer.body.trim() !== 'procspy is live!') {
      return [
        {
          name: 'server',
          state: 'failed',
          detail: `${address} answers, but is no procspy server (${errorWords(answer)})`,
          mend: 'check --server or PROCSPY_SERVER_URL',
        },
      ];
    }
    const date = answer.headers.date;
    return [
      { name: 'server', state: 'works', detail: `${address} in ${after - before} ms` },
      checkClock(typeof date === 'string' ? Date.parse(date) : Number.NaN, (before + after) / 2),
      await checkKey(config, client),
    ];
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return [
      {
        name: 'server',
        state: 'failed',
        detail: `${address}: ${error.message}`,
        mend: 'check --server or PROCSPY_SERVER_URL, the network, and whether the server runs',
      },
    ];
  }
}

/** Compares this machine's clock with the server's, which tells whole seconds only. */
export function checkClock(serverMs: number, ownMs: number): Finding {
  const name = 'clock';
  if (Number.isNaN(serverMs)) {
    return { name, state: 'not_on_this_machine', detail: 'the server tells no time' };
  }
  const off = ownMs - (serverMs + 500);
  const seconds = Math.round(Math.abs(off) / 1000);
  if (Math.abs(off) <= CLOCK_TOLERANCE_MS) {
    return { name, state: 'works', detail: seconds === 0 ? 'in step' : `${seconds} s off` };
  }
  return {
    name,
    state: 'failed',
    detail: `${seconds} s ${off > 0 ? 'ahead of' : 'behind'} the server`,
    mend: 'let this machine set its clock by the network (NTP)',
  };
}

async function checkKey(config: AgentConfig, client: HttpClient): Promise<Finding> {
  const name = 'key';
  const stored = new IdentityStore(config.stateDir).load();
  const identity = stored?.server === config.server.href ? stored : null;
  const key = config.apiKey ?? identity?.apiKey ?? null;
  if (key === null) {
    if (identity) return { name, state: 'works', detail: 'the server takes samples without a key' };
    return {
      name,
      state: 'failed',
      detail: 'this machine is not registered with this server',
      mend: 'run `procspy-agent enroll` with --server and --enrollment-key',
    };
  }
  const answer = await client.request({
    method: 'POST',
    path: '/api/v1/auth/token',
    headers: keyHeader(key),
  });
  if (typeof parseObject(answer.body)?.access_token === 'string') {
    const machine = identity ? `machine ${identity.machineId}` : 'the given key';
    return { name, state: 'works', detail: machine };
  }
  return {
    name,
    state: answer.status === 401 || answer.status === 403 ? 'not_permitted' : 'failed',
    detail: errorWords(answer),
    mend: 'run `procspy-agent enroll` with an enrolment key from the dashboard',
  };
}
