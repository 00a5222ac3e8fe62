/** `install` and `uninstall`: the agent as a service of the operating system. */
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AgentConfig, systemConfigDir } from '../config.js';
import { errorMessage, UsageError } from '../errors.js';
import { proxyVariables } from '../sender/proxy.js';
import type { Program } from '../service/program.js';
import { installSteps, uninstallSteps } from '../service/service.js';
import { describeStep, doSteps, type Step } from '../service/steps.js';
import { isSingleExecutable } from '../single-executable.js';
import type { CommandLine } from './arguments.js';
import { EXIT, isAdministrator, print, readCa, readConfig } from './context.js';

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
      'systemd does not run this machine: start "procspy-agent run" by what starts its services',
    );
  }
  // What would stop the service is better said here.
  readCa(config);
  const proxies = proxyVariables(process.env);
  const steps = installSteps(process.platform, thisProgram(config), config, proxies);
  const done =
    'the agent runs and starts with the machine: see `procspy-agent status` as an administrator';
  return perform(steps, flags['dry-run'] === true, done);
}

/** Removes the service and what it kept; answers the exit code. */
export async function uninstall({ flags }: CommandLine): Promise<number> {
  const keep = flags['keep-state'] === true;
  const steps = uninstallSteps(process.platform, keep);
  const kept = `the agent is gone; its state is kept (settings were in ${systemConfigDir(process.platform, process.env)})`;
  return perform(
    steps,
    flags['dry-run'] === true,
    keep ? kept : 'the agent and all it kept are gone',
  );
}

async function perform(steps: readonly Step[], dry: boolean, done: string): Promise<number> {
  if (dry) {
    for (const step of steps) print(describeStep(step));
    return 0;
  }
  if (process.platform !== 'win32' && !isAdministrator()) {
    throw new UsageError(
      'this needs an administrator: use sudo, or --dry-run to see what would be done',
    );
  }
  try {
    await doSteps(steps, print);
  } catch (error) {
    process.stderr.write(`procspy-agent: ${errorMessage(error)}\n`);
    return EXIT.failed;
  }
  print(done);
  return 0;
}
