/** `install` and `uninstall`: the agent as a service of the operating system. */
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AgentConfig, systemConfigDir, systemStateDir } from '../config/config.js';
import { proxyVariables } from '../http/proxy.js';
import type { Program } from '../service/program.js';
import { installSteps, uninstallSteps } from '../service/service.js';
import { describeStep, performSteps, type Step } from '../service/steps.js';
import { errorMessage, UsageError } from '../shared/errors.js';
import { isSingleExecutable } from '../shared/single-executable.js';
import { type AgentStatus, readStatus } from '../status-file.js';
import type { CommandLine } from './arguments.js';
import { EXIT, isAdministrator, print, readCa, readConfig } from './context.js';

/** The first sample takes up to five seconds, and the status file two more to be written. */
const TIMEOUT_MS = 12_000;
const POLL_MS = 250;

/** Exists while systemd is the first process (sd_booted(3)). */
const SYSTEMD_RUNS = '/run/systemd/system';

function thisProgram({ caFile }: AgentConfig): Program {
  return {
    executable: realpathSync(process.execPath),
    bundle: isSingleExecutable() ? null : realpathSync(fileURLToPath(import.meta.url)),
    caFile: caFile === null ? null : realpathSync(caFile),
  };
}

/** Makes the agent a service, or shows how it would; answers the exit code. */
export async function install({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  if (!config.given.server || (config.enrollmentKey === null && config.apiKey === null)) {
    throw new UsageError(
      'install needs --server (or PROCSPY_SERVER_URL) and --enrollment-key (or PROCSPY_ENROLLMENT_KEY)',
    );
  }
  if (process.platform === 'linux' && !flags['dry-run'] && !existsSync(SYSTEMD_RUNS)) {
    throw new UsageError(
      'this machine does not run systemd: start "procspy-agent run" with its own service manager',
    );
  }
  // What would keep the service from starting is reported here.
  readCa(config);
  const proxies = proxyVariables(process.env);
  const steps = installSteps(process.platform, thisProgram(config), config, proxies);
  const begunMs = Date.now();
  return perform(steps, flags['dry-run'] === true, () => describeStart(begunMs));
}

/** Waits for the first status that the service writes to its state folder. */
async function describeStart(begunMs: number): Promise<string> {
  const stateDir = systemStateDir(process.platform, process.env);
  for (let waitedMs = 0; waitedMs < TIMEOUT_MS; waitedMs += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const status = readStatus(stateDir);
    const fresh = status !== null && Date.parse(status.started_at) >= begunMs;
    if (fresh && status.delivery.state !== 'starting') return describeFirstState(status);
  }
  return 'the agent is installed but has not reported yet: run `procspy-agent status` as an administrator';
}

/** The state of a newly installed service, for the person who installed it. */
export function describeFirstState({
  server,
  delivery,
}: Pick<AgentStatus, 'server' | 'delivery'>): string {
  if (delivery.state === 'delivering') {
    return `the agent delivers to ${server}, and starts with the machine`;
  }
  return `the agent is installed but does not deliver yet: ${delivery.problem ?? delivery.state}`;
}

/** Removes the service and what it kept; answers the exit code. */
export async function uninstall({ flags }: CommandLine): Promise<number> {
  const keep = flags['keep-state'] === true;
  const steps = uninstallSteps(process.platform, keep);
  const kept = `the agent is removed; its state is kept (settings were in ${systemConfigDir(process.platform, process.env)})`;
  return perform(steps, flags['dry-run'] === true, async () =>
    keep ? kept : 'the agent and all its files are removed',
  );
}

async function perform(
  steps: readonly Step[],
  dry: boolean,
  done: () => Promise<string>,
): Promise<number> {
  if (dry) {
    for (const step of steps) print(describeStep(step));
    return 0;
  }
  if (process.platform !== 'win32' && !isAdministrator()) {
    throw new UsageError(
      'this needs administrator rights: use sudo, or --dry-run to see what would be done',
    );
  }
  try {
    await performSteps(steps, print);
  } catch (error) {
    process.stderr.write(`procspy-agent: ${errorMessage(error)}\n`);
    return EXIT.failed;
  }
  print(await done());
  return 0;
}
