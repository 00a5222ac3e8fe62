/** Reads the command line. */
import { parseArgs } from 'node:util';
import { SETTINGS } from '../config/settings.js';
import { errorMessage, UsageError } from '../shared/errors.js';

/** The verbs, in the order of the help. */
export const VERBS = ['run', 'once', 'enroll', 'install', 'uninstall', 'status', 'doctor'] as const;

/** One of `VERBS`. */
export type Verb = (typeof VERBS)[number];

/** A command line understood. */
export interface CommandLine {
  verb: Verb | 'help' | 'version';
  /** The verb whose help is wanted. */
  about?: Verb;
  flags: Record<string, string | boolean | undefined>;
}

/** Flags that are no settings, what they mean, and the verbs that know them. */
export const SWITCHES: Readonly<
  Record<string, { verbs: readonly Verb[]; value?: string; help: string }>
> = {
  json: { verbs: ['once', 'enroll', 'status', 'doctor'], help: 'one line of JSON, for scripts' },
  'dry-run': {
    verbs: ['install', 'uninstall'],
    help: 'only print what would be done, and change nothing',
  },
  'host-root-next': {
    verbs: ['once'],
    value: 'FOLDER',
    help: 'the same tree recorded later, as the second reading',
  },
  'keep-state': { verbs: ['uninstall'], help: 'leave the identity and undelivered samples' },
};

/** Understands the arguments after the program's name. Throws `UsageError`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  };
  for (const setting of SETTINGS) {
    options[setting.flag] = { type: 'value' in setting ? 'string' : 'boolean' };
  }
  for (const [name, { value }] of Object.entries(SWITCHES)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string' };
  }
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(
      `${errorMessage(error).split('. To specify')[0]} (see procspy-agent --help)`,
    );
  }
  const flags = parsed.values as CommandLine['flags'];
  const [word, ...rest] = parsed.positionals;
  if (flags.version) return { verb: 'version', flags };
  if (word === undefined || word === 'help') {
    const about = VERBS.find((verb) => verb === rest[0]);
    if (word === undefined && !flags.help)
      throw new UsageError(`say what to do: ${VERBS.join(', ')}`);
    return { verb: 'help', flags, ...(about ? { about } : {}) };
  }
  const verb = VERBS.find((known) => known === word);
  if (!verb) throw new UsageError(`unknown command "${word}": use one of ${VERBS.join(', ')}`);
  if (flags.help) return { verb: 'help', about: verb, flags };
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much: ${verb} takes flags only`);
  for (const [name, { verbs }] of Object.entries(SWITCHES)) {
    if (flags[name] && !verbs.includes(verb)) throw new UsageError(`${verb} has no flag --${name}`);
  }
  return { verb, flags };
}
