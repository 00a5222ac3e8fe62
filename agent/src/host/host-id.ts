/** The operating system's id of this host. */

import { parsePlatformUuid } from '../sampling/collectors/macos/parse.js';
import { runCommand } from '../shared/commands.js';
import { Unavailable } from '../shared/errors.js';
import type { Roots } from '../shared/roots.js';
import { linuxHostId } from './fingerprint.js';

const TIMEOUT_MS = 10_000;

/** `MachineGuid` in what `reg query` printed. */
export function parseMachineGuid(text: string): string | null {
  return /MachineGuid\s+REG_SZ\s+([0-9a-f-]{36})/i.exec(text)?.[1] ?? null;
}

/** The host's id; `null` if it has none or it cannot be read. */
export async function readHostId(platform: NodeJS.Platform, roots: Roots): Promise<string | null> {
  try {
    switch (platform) {
      case 'linux':
        return linuxHostId(roots);
      case 'darwin':
        return parsePlatformUuid(await runCommand('macPlatform', TIMEOUT_MS));
      case 'win32':
        return parseMachineGuid(await runCommand('windowsMachineGuid', TIMEOUT_MS));
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
}
