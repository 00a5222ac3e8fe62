/** The settings of a service as a JSON file, where there is no environment file. */
import type { AgentConfig } from '../config/config.js';
import { SETTINGS } from '../config/settings.js';
import { serviceEnvironment } from './program.js';

/** The file's text: only what was given, by the keys of the settings file. */
export function settingsFile(config: AgentConfig, caFile: string | null, stateDir: string): string {
  const environment = serviceEnvironment(config, caFile);
  const file: Record<string, string> = { state_dir: stateDir };
  for (const { variable, key } of SETTINGS) {
    const value = environment[variable];
    if (value !== undefined) file[key] = value;
  }
  return `${JSON.stringify(file, null, 2)}\n`;
}
