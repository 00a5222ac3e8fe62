/** The command that connects a machine to this server. */
import { BASE_PATH } from './base-path.js';

/** The address of this server as the browser reaches it, with the base path. */
export function serverAddress(): string {
  return `${window.location.origin}${BASE_PATH}`;
}

/** The agent's command for a server; `enrollmentKey` is `null` if the server requires none. */
export function agentCommand(server: string, enrollmentKey: string | null): string {
  const key = enrollmentKey === null ? '' : ` --enrollment-key ${enrollmentKey}`;
  return `node procspy-agent.mjs run --server ${server}${key}`;
}
