/** `once`: prints one sample. */
import { assembleSample } from '../sample.js';
import type { CommandLine } from './arguments.js';
import { print, readConfig } from './context.js';
import { readTwice } from './read-twice.js';

/** Prints what was read as JSON; answers the exit code. */
export async function once({ flags }: CommandLine): Promise<number> {
  // The settings do not matter here, but wrong ones are better said than passed over.
  readConfig(flags);
  const { readings } = await readTwice();
  const sample = assembleSample(Date.now(), readings);
  print(flags.json ? sample : JSON.stringify(sample, null, 2));
  return 0;
}
