/** Finds the real filesystems among all mounts (proc_pid_mountinfo(5)). */

/** One mount. */
export interface Mount {
  /** `major:minor` of the filesystem. */
  device: string;
  /** The part of the filesystem that is mounted; `/` unless it is a bind mount or subvolume. */
  root: string;
  mountPoint: string;
  type: string;
  source: string;
}

/** Filesystems that hold nothing on a disk of this machine, or show another's files again. */
const PSEUDO = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs erofs fusectl ' +
    'hugetlbfs iso9660 mqueue none nsfs nullfs overlay proc pstore ramfs rootfs rpc_pipefs ' +
    'securityfs selinuxfs smackfs squashfs sysfs tmpfs tracefs udf aufs ecryptfs'
  ).split(' '),
);

/** Filesystems of another machine: they are listed, but are not part of this machine's `disk`. */
const NETWORK = new Set(
  'nfs nfs4 cifs smb3 9p ceph glusterfs lustre afs beegfs virtiofs'.split(' '),
);

/** FUSE filesystems that hold a local disk; any other FUSE mount is a view of something else. */
const LOCAL_FUSE = new Set(['fuseblk', 'fuse.ntfs-3g', 'fuse.exfat', 'fuse.zfs']);

/** True if the filesystem lives on another machine. */
export function isNetwork(type: string): boolean {
  return NETWORK.has(type) || type === 'fuse.sshfs' || type === 'fuse.glusterfs';
}

function isReal(type: string): boolean {
  if (type.startsWith('fuse')) return LOCAL_FUSE.has(type) || isNetwork(type);
  return !PSEUDO.has(type);
}

/** Reads /proc/self/mountinfo; lines that are torn are left out. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ');
    const fields = left?.split(' ') ?? [];
    const [type, source] = right?.split(' ') ?? [];
    const [, , device, root, mountPoint] = fields;
    if (!device || !root || !mountPoint || !type) continue;
    mounts.push({
      device,
      root: unescapeOctal(root),
      mountPoint: unescapeOctal(mountPoint),
      type,
      source: unescapeOctal(source ?? ''),
    });
  }
  return mounts;
}

/** The kernel writes blanks and backslashes in paths as three octal digits, in UTF-8. */
function unescapeOctal(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Every real filesystem once, under its shortest mount point. In a container whose root is an
 * overlay and that has no volume, the root stands for the machine.
 */
export function realFilesystems(mounts: readonly Mount[]): Mount[] {
  const chosen = new Map<string, Mount>();
  for (const mount of mounts) {
    if (!isReal(mount.type)) continue;
    const key = identity(mount);
    const rival = chosen.get(key);
    if (!rival || better(mount, rival)) chosen.set(key, mount);
  }
  const list = [...chosen.values()];
  if (!list.some((mount) => !isNetwork(mount.type))) {
    const root = mounts.findLast((mount) => mount.mountPoint === '/');
    if (root?.type === 'overlay') list.unshift(root);
  }
  return list.sort((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1));
}

/** Btrfs gives every subvolume its own device number: there the source tells. */
function identity(mount: Mount): string {
  return mount.type === 'btrfs' ? mount.source : mount.device;
}

function better(mount: Mount, rival: Mount): boolean {
  if ((mount.root === '/') !== (rival.root === '/')) return mount.root === '/';
  return mount.mountPoint.length < rival.mountPoint.length;
}
