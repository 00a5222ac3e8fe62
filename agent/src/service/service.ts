/** The service of each operating system, and what all of them are told. */
import type { AgentConfig } from '../config.js';
import { UsageError } from '../errors.js';
import { launchdInstall, launchdUninstall } from './launchd.js';
import type { Step } from './steps.js';
import { systemdInstall, systemdUninstall } from './systemd.js';
import { windowsInstall, windowsUninstall } from './windows.js';

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
    PROCSPY_INTERVAL: `${config.intervalMs}ms`,
    PROCSPY_TRANSPORT: config.transport,
    PROCSPY_TAGS: config.tags.join(',') || null,
    PROCSPY_CA_FILE: config.caFile,
    PROCSPY_SPOOL_MAX_BYTES: String(config.spoolMaxBytes),
    PROCSPY_SPOOL_MAX_AGE: `${config.spoolMaxAgeMs}ms`,
    PROCSPY_FINGERPRINT: config.fingerprint,
    PROCSPY_EVIDENCE: config.evidence ? null : 'false',
    LOG_LEVEL: config.logLevel === 'info' ? null : config.logLevel,
  };
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) if (value !== null) given[name] = value;
  return given;
}

/** The steps that make the agent a service. Throws `UsageError` where there is no way. */
export function installSteps(
  platform: NodeJS.Platform,
  program: Program,
  config: AgentConfig,
): Step[] {
  switch (platform) {
    case 'linux':
      return systemdInstall(program, serviceEnvironment(config));
    case 'darwin':
      return launchdInstall(program, config);
    case 'win32':
      return windowsInstall(program, config);
    default:
      throw new UsageError(
        `there is no service for ${platform}: start "procspy-agent run" yourself`,
      );
  }
}

/** The steps that undo it. */
export function uninstallSteps(platform: NodeJS.Platform, keepState: boolean): Step[] {
  switch (platform) {
    case 'linux':
      return systemdUninstall(keepState);
    case 'darwin':
      return launchdUninstall(keepState);
    case 'win32':
      return windowsUninstall(keepState);
    default:
      throw new UsageError(`there is no service for ${platform}`);
  }
}
