/** The line that connects a machine to this server. */

/** Systems for which there is a line of their own, in the order of their tabs. */
export const AGENT_SYSTEMS = ['linux', 'macos', 'windows'] as const;

/** A system that the agent runs on. */
export type AgentSystem = (typeof AGENT_SYSTEMS)[number];

/** As a service that starts with the machine, or in the terminal until it is closed. */
export type AgentMode = 'install' | 'run';

/** What the line depends on. */
export interface AgentCommand {
  system: AgentSystem;
  mode: AgentMode;
  /** The address of the server, without a slash at its end. */
  server: string;
  /** `null` if the server requires none. */
  enrollmentKey: string | null;
}

const FILE = 'procspy-agent.mjs';

/**
 * One line for a terminal: a POSIX shell, or PowerShell on Windows. It downloads the agent from the
 * server and starts it.
 */
export function agentCommand({ system, mode, server, enrollmentKey }: AgentCommand): string {
  const address = `${server}/agent/${FILE}`;
  const key = enrollmentKey === null ? '' : ` --enrollment-key ${enrollmentKey}`;
  const start = `node ${FILE} ${mode} --server ${server}${key}`;
  if (system === 'windows') {
    return `Invoke-WebRequest -UseBasicParsing ${address} -OutFile ${FILE}; ${start}`;
  }
  return `curl -fsSL ${address} -o ${FILE} && ${mode === 'install' ? 'sudo ' : ''}${start}`;
}

/** The system that a browser runs on, for the first tab; Linux if it is none of ours. */
export function systemOfBrowser(userAgent: string): AgentSystem {
  if (/Windows/.test(userAgent)) return 'windows';
  return /Macintosh|Mac OS X/.test(userAgent) && !/iPhone|iPad/.test(userAgent) ? 'macos' : 'linux';
}
