/** `enroll`: registers this machine now and keeps its key. */

import { readHostId } from '../host/host-id.js';
import { Enrolment } from '../identity/enrolment.js';
import { IdentityStore } from '../identity/identity.js';
import { MachineDescriber } from '../identity/machine-describer.js';
import { UsageError } from '../shared/errors.js';
import { rootsOf } from '../shared/roots.js';
import type { CommandLine } from './arguments.js';
import { EXIT, makeClient, makeLog, print, readCa, readConfig } from './context.js';

const TIMEOUT_MS = 15_000;

/** Registers with the enrolment key; answers the exit code. */
export async function enroll({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  if (config.enrollmentKey === null && config.apiKey === null && !config.given.server) {
    throw new UsageError('enroll needs --server and --enrollment-key (or PROCSPY_ENROLLMENT_KEY)');
  }
  const log = makeLog(config);
  const client = makeClient(config, readCa(config), TIMEOUT_MS);
  const store = new IdentityStore(config.stateDir);
  const describer = new MachineDescriber(
    config,
    await readHostId(process.platform, rootsOf(config.hostRoot)),
  );
  const enrolment = new Enrolment({
    client,
    server: config.server,
    store,
    enrollmentKey: config.enrollmentKey,
    apiKey: config.apiKey,
    describe: () => describer.describe(null),
    wallMs: Date.now,
    log,
  });
  const result = await enrolment.enrol();
  client.close();
  if (result.kind !== 'registered') {
    process.stderr.write(
      `procspy-agent: ${config.server.href} did not register this machine: ${result.reason}\n`,
    );
    return EXIT.failed;
  }
  const { machineId } = result.identity;
  if (flags.json) print({ machine_id: machineId, server: config.server.href, state: store.path });
  else print(`registered as machine ${machineId}; the key is kept in ${store.path}`);
  return 0;
}
