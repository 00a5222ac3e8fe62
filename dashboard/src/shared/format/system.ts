/** Names of operating systems. */

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
