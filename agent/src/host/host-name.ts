/** The name of the machine that is watched. */
import { hostname } from 'node:os';
import { type Roots, readMachineText, readText } from '../shared/roots.js';

/** The name in the text of /etc/hostname (hostname(5)); `null` if it holds none. */
export function parseHostname(text: string): string | null {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? null;
}

/**
 * The machine's name. The kernel tells the name of a container to whoever asks from inside it: for
 * another root its file comes first.
 */
export function readHostname(roots: Roots): string {
  if (roots.host === null) return hostname();
  return (
    parseHostname(readMachineText(roots, 'etc/hostname') ?? '') ??
    readText(`${roots.proc}/sys/kernel/hostname`) ??
    'unnamed'
  );
}
