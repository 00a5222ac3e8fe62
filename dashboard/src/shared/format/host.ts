/** Formats facts about a host. */

const NAMES: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  macos: 'macOS',
  windows: 'Windows',
  win32: 'Windows',
  freebsd: 'FreeBSD',
  openbsd: 'OpenBSD',
  netbsd: 'NetBSD',
  sunos: 'illumos',
  aix: 'AIX',
};

/** The display name of a platform that agents send; an unknown platform is returned unchanged. */
export function formatSystem(os: string): string {
  const key = os.toLowerCase();
  return Object.hasOwn(NAMES, key) ? (NAMES[key] ?? os) : os;
}

/** The number of cores of a host: `1 core`, `8 cores`; `null` if it is unknown. */
export function formatCores(count: number | null | undefined): string | null {
  return count == null ? null : `${count} ${count === 1 ? 'core' : 'cores'}`;
}
