/** `doctor`: what works, what does not, and how to mend it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEVICE_CATALOG, DEVICE_KINDS, type DeviceLists } from '../../../src/contracts/index.js';
import type { AgentConfig } from '../config/config.js';
import { StateLock } from '../identity/lock.js';
import type { Reading } from '../sampling/collectors/collector.js';
import type { CollectorRunner } from '../sampling/collectors/runner.js';
import { errorCode, errorMessage } from '../shared/errors.js';
import { removeFile, writeFileAtomically } from '../shared/files.js';
import { rootsOf } from '../shared/roots.js';
import type { CommandLine } from './arguments.js';
import { checkServer } from './check-server.js';
import { checkService } from './check-service.js';
import { EXIT, makeClient, print, readCa, readConfig } from './context.js';
import { type Finding, findingLine } from './finding.js';
import { createRunners, readTwice } from './read-twice.js';

const TIMEOUT_MS = 5_000;
/** What a sample takes on disk at least: a folder on a full disk may still take an empty file. */
const PROBE_BYTES = 4096;

/** Looks at everything; answers 1 if something should be mended. */
export async function doctor({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  const client = makeClient(config, readCa(config), TIMEOUT_MS);
  const roots = rootsOf(config.hostRoot);
  const { runners, readings } = await readTwice(createRunners(roots));
  const findings = [
    ...runners.map((runner, index) => collectorFinding(runner, readings[index] ?? {})),
    checkState(config),
    ...(process.platform === 'linux' && !roots.recorded
      ? [checkService(new StateLock(config.stateDir).holder(), roots)]
      : []),
    ...(await checkServer(config, client)),
  ];
  client.close();
  if (flags.json) print({ findings });
  else for (const finding of findings) print(findingLine(finding));
  const faulty = findings.some(({ state }) => state !== 'works' && state !== 'not_on_this_machine');
  return faulty ? EXIT.failed : 0;
}

function collectorFinding(
  { collector: { name }, lastError }: CollectorRunner,
  { metrics = {}, devices = {}, missing = {} }: Reading,
): Finding {
  if (lastError) {
    const { kind, message, mend } = lastError;
    return { name, state: kind, detail: message, ...(mend ? { mend } : {}) };
  }
  const values = Object.entries(metrics).flatMap(([key, value]) => (value === null ? [] : key));
  const found = [values.join(', '), deviceCounts(devices)].filter(Boolean);
  if (found.length === 0) {
    const reasons = new Set(Object.values(missing));
    const detail = [...reasons].join('; ') || `no ${name} on this machine`;
    return { name, state: 'not_on_this_machine', detail };
  }
  const without = Object.entries(missing).map(([key, reason]) => `${key}: ${reason}`);
  return { name, state: 'works', detail: [...found, ...without].join('; ') };
}

/** `2 cores, 1 filesystem`. */
function deviceCounts(devices: DeviceLists): string {
  return DEVICE_KINDS.flatMap((kind) => {
    const { list } = DEVICE_CATALOG[kind];
    const count = devices[list]?.length ?? 0;
    return count === 0 ? [] : `${count} ${count === 1 ? kind : list}`;
  }).join(', ');
}

/** Writes a file where the agent would. A folder that does not exist yet is not made. */
export function checkState({ stateDir }: Pick<AgentConfig, 'stateDir'>): Finding {
  const name = 'state';
  let folder = stateDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const probe = join(folder, '.procspy-agent-probe');
  try {
    writeFileAtomically(probe, ' '.repeat(PROBE_BYTES));
    removeFile(probe);
    return { name, state: 'works', detail: stateDir };
  } catch (error) {
    const code = errorCode(error);
    return {
      name,
      state: ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'not_permitted' : 'failed',
      detail: errorMessage(error),
      mend:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? `make room for ${stateDir}, or name another folder with --state-dir`
          : `let the agent's user write ${stateDir}, or name another folder with --state-dir`,
    };
  }
}
