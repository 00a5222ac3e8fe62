/** The environment file of the systemd unit (systemd.exec(5), EnvironmentFile=). */

/** Where the service's settings are, for the administrator only. */
export const ENVIRONMENT_FILE = '/etc/procspy-agent/agent.env';

/** A value in quotes, with what they would take specially escaped. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"$`]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

/** The file's text. */
export function writeEnvironment(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
}

/** Reads a file that `writeEnvironment` wrote; other lines are passed over. */
export function readEnvironment(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      variables[name] = value.replace(/\\(.)/g, '$1');
    }
  }
  return variables;
}

/** The settings in the file's text, unless they are for another server: a key is never shown to another. */
export function settingsOfService(
  text: string,
  server: string | undefined,
): Record<string, string> {
  const kept = readEnvironment(text);
  return server === undefined || server === kept.PROCSPY_SERVER_URL ? kept : {};
}
