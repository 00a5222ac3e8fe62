/** Operating systems as their makers write them. */

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

/** The name of a platform as agents send it; anything else stays as it is. */
export function formatSystem(os: string): string {
  const key = os.toLowerCase();
  return Object.hasOwn(NAMES, key) ? (NAMES[key] ?? os) : os;
}
