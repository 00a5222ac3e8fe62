/** The name of the monitored machine. */
import { hostname } from 'node:os';
import { type Roots, readMachineText, readText } from '../shared/roots.js';

/** The name in /etc/hostname (hostname(5)); `null` if it contains none. */
export function parseHostname(text: string): string | null {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? null;
}

/**
 * The machine's name. Inside a container the kernel reports the container's name, so for another root the
 * file there takes precedence.
 */
export function readHostname(roots: Roots): string {
  if (roots.host === null) return hostname();
  return (
    parseHostname(readMachineText(roots, 'etc/hostname') ?? '') ??
    readText(`${roots.proc}/sys/kernel/hostname`) ??
    'unnamed'
  );
}
