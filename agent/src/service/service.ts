/** The service of each operating system. */
import type { AgentConfig } from '../config/config.js';
import { UsageError } from '../shared/errors.js';
import { launchdInstall, launchdUninstall } from './launchd.js';
import type { Program } from './program.js';
import type { Step } from './steps.js';
import { systemdInstall, systemdUninstall } from './systemd.js';
import { windowsInstall, windowsUninstall } from './windows.js';

/** The steps that make the agent a service. Throws `UsageError` where there is no way. */
export function installSteps(
  platform: NodeJS.Platform,
  program: Program,
  config: AgentConfig,
  proxies: Readonly<Record<string, string>> = {},
): Step[] {
  switch (platform) {
    case 'linux':
      return systemdInstall(program, config, proxies);
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
