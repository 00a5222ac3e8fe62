/** The agent's version, put in by the build. */

declare const PROCSPY_AGENT_VERSION: string | undefined;

/** Version of the agent; `0.0.0` when it runs from source. */
export const AGENT_VERSION =
  typeof PROCSPY_AGENT_VERSION === 'string' ? PROCSPY_AGENT_VERSION : '0.0.0';
