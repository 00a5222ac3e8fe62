/** `once`: prints one sample. */

import { checkTree } from '../config/config.js';
import { assembleSample } from '../sampling/sample.js';
import { UsageError } from '../shared/errors.js';
import { rootsOf } from '../shared/roots.js';
import type { CommandLine } from './arguments.js';
import { print, readConfig } from './context.js';
import { createRunners, readRecorded, readTwice } from './read-twice.js';

/** Prints what was read as JSON; answers the exit code. */
export async function once({ flags }: CommandLine): Promise<number> {
  const { hostRoot } = readConfig(flags, { recorded: true });
  const next = flags['host-root-next'];
  if (next !== undefined && hostRoot === null) {
    throw new UsageError('--host-root-next needs --host-root');
  }
  const roots = rootsOf(hostRoot);
  const { readings } =
    typeof next === 'string'
      ? await readRecorded(roots, rootsOf(checkTree(next, '--host-root-next', ['proc', 'sys'])))
      : await readTwice(createRunners(roots));
  const sample = assembleSample(Date.now(), readings);
  print(flags.json ? sample : JSON.stringify(sample, null, 2));
  return 0;
}
