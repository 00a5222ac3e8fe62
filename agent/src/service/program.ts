/** What becomes a service, and the settings that it keeps. */
import type { AgentConfig } from '../config.js';
import { writeDuration } from '../units.js';

/** The program that becomes a service. */
export interface Program {
  /** Node's own file, or the single executable. */
  executable: string;
  /** The bundle; `null` for the single executable. */
  bundle: string | null;
}

/** The settings that the service keeps, as environment variables; only what was given. */
export function serviceEnvironment(config: AgentConfig): Record<string, string> {
  const variables: Record<string, string | null> = {
    PROCSPY_SERVER_URL: config.server.href,
    PROCSPY_ENROLLMENT_KEY: config.enrollmentKey,
    PROCSPY_API_KEY: config.apiKey,
    PROCSPY_MACHINE_NAME: config.name,
    PROCSPY_INTERVAL: writeDuration(config.intervalMs),
    PROCSPY_TRANSPORT: config.transport,
    PROCSPY_TAGS: config.tags.join(',') || null,
    PROCSPY_CA_FILE: config.caFile,
    PROCSPY_SPOOL_MAX_BYTES: String(config.spoolMaxBytes),
    PROCSPY_SPOOL_MAX_AGE: writeDuration(config.spoolMaxAgeMs),
    PROCSPY_FINGERPRINT: config.fingerprint,
    PROCSPY_EVIDENCE: config.evidence ? null : 'false',
    LOG_LEVEL: config.logLevel === 'info' ? null : config.logLevel,
  };
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) if (value !== null) given[name] = value;
  return given;
}
