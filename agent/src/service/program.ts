/** What becomes a service: its files and the settings that it keeps. */
import type { AgentConfig } from '../config/config.js';
import { SETTINGS } from '../config/settings.js';
import type { Step } from './steps.js';

/** The program that becomes a service. */
export interface Program {
  /** Node's own file, or the single executable. */
  executable: string;
  /** The bundle; `null` for the single executable. */
  bundle: string | null;
  /** The certificate authority that was named; `null` if none was. */
  caFile: string | null;
}

/** The program's files where the service finds them. */
export interface PlacedProgram {
  steps: Step[];
  /** The command line without the verb. */
  command: string[];
  caFile: string | null;
}

/**
 * Copies the program's files to where `place` puts them: what they are made from may lie in somebody's
 * home. `copyNode` false leaves Node where it is.
 */
export function placeProgram(
  { executable, bundle, caFile }: Program,
  place: (name: string) => string,
  { copyNode = true, suffix = '' } = {},
): PlacedProgram {
  const steps: Step[] = [];
  const copy = (from: string, name: string, mode = 0o755) => {
    steps.push({ do: 'copy', from, path: place(name), mode });
    return place(name);
  };
  const command =
    bundle === null
      ? [copy(executable, `procspy-agent${suffix}`)]
      : [
          copyNode ? copy(executable, `node${suffix}`) : executable,
          '--max-old-space-size=96',
          copy(bundle, 'procspy-agent.mjs'),
        ];
  return { steps, command, caFile: caFile === null ? null : copy(caFile, 'ca.pem', 0o644) };
}

/** The settings that the service keeps, as environment variables: those that were given, in their words. */
export function serviceEnvironment(
  config: AgentConfig,
  caFile: string | null,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const { flag, variable } of SETTINGS) {
    const value = config.given[flag]?.text;
    // The service has a state folder of its own, and its settings come from here.
    if (value !== undefined && flag !== 'state-dir' && flag !== 'config') kept[variable] = value;
  }
  return caFile === null ? kept : { ...kept, PROCSPY_CA_FILE: caFile };
}
