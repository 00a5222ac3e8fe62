/** One line of `doctor`. */
import type { UnavailableKind } from '../shared/errors.js';

/** One thing that was looked at. */
export interface Finding {
  name: string;
  state: 'works' | UnavailableKind;
  detail: string;
  mend?: string;
}

const WORDS: Record<Finding['state'], string> = {
  works: 'works',
  not_permitted: 'not permitted',
  tool_missing: 'tool missing',
  not_on_this_machine: 'not here',
  not_yet: 'no answer',
  failed: 'FAILED',
};

/** One line for people, with a second one where something can be mended. */
export function findingLine({ name, state, detail, mend }: Finding): string {
  const line = `${name.padEnd(12)} ${WORDS[state].padEnd(13)} ${detail}`.trimEnd();
  return mend ? `${line}\n${' '.repeat(27)}-> ${mend}` : line;
}
