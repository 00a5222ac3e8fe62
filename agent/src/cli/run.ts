/** `run`: collects and sends until it is stopped. */
import { createAgent } from '../agent.js';
import type { Agent } from '../agent-lifecycle.js';
import { reasonToStop } from '../delivery/goodbye.js';
import { readHostId } from '../host/host-id.js';
import { IdentityStore } from '../identity/identity.js';
import { StateLock } from '../identity/lock.js';
import { errorMessage, UsageError } from '../shared/errors.js';
import { rootsOf } from '../shared/roots.js';
import { formatDuration } from '../shared/units.js';
import { AGENT_VERSION } from '../shared/version.js';
import type { CommandLine } from './arguments.js';
import { EXIT, makeClient, makeLog, readCa, readConfig } from './context.js';
import { SLEEP_SIGNALS } from './sleep.js';

/** Runs until SIGTERM or SIGINT; returns the exit code. */
export async function run({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  const known = new IdentityStore(config.stateDir).load() !== null;
  if (!config.given.server && config.enrollmentKey === null && config.apiKey === null && !known) {
    throw new UsageError(
      'tell where the server is, with --server or PROCSPY_SERVER_URL, and give an enrolment key ' +
        'from its dashboard, with --enrollment-key or PROCSPY_ENROLLMENT_KEY',
    );
  }
  const log = makeLog(config);
  const ca = readCa(config);
  let agent: Agent | null = null;
  // Before the lock names this process: an unhandled signal would end it.
  if (process.platform !== 'win32') {
    process.on(SLEEP_SIGNALS.before, () => void agent?.suspend());
    process.on(SLEEP_SIGNALS.after, () => agent?.resume());
  }
  const lock = new StateLock(config.stateDir);
  lock.take();
  const hostId = await readHostId(process.platform, rootsOf(config.hostRoot));
  const running = createAgent({ config, client: makeClient(config, ca), ca, hostId, log });
  agent = running;
  log.info(
    `procspy-agent ${AGENT_VERSION} samples every ${formatDuration(config.intervalMs)} ` +
      `for ${config.server.href}; state in ${config.stateDir}`,
  );
  let code = 0;
  await new Promise<void>((resolve) => {
    const end = (signal: NodeJS.Signals) => {
      log.info(`${signal}: stopping`);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
    // `npm start`, which holds the other end of the channel, was killed.
    if (process.connected) process.once('disconnect', () => end('SIGTERM'));
    // The channel must not keep this process alive.
    process.channel?.unref();
    running.start((error) => {
      log.error(`the agent ends: ${errorMessage(error)}`);
      code = EXIT.failed;
      resolve();
    });
  });
  // A failed agent says no goodbye: its machine is to be reported as offline.
  await running.stop(code === 0 ? await reasonToStop(log) : null);
  lock.release();
  return code;
}
