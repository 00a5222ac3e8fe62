/** `once`: prints one sample. */
import { rootsOf } from '../collectors/linux/roots.js';
import { checkTree } from '../config.js';
import { UsageError } from '../errors.js';
import { assembleSample } from '../sample.js';
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
