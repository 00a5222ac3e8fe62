/** Selects the real filesystems among all mounts (proc_pid_mountinfo(5)). */

/** One mount. */
export interface Mount {
  /** Id of the mount, and of its parent mount. */
  id: string;
  parent: string;
  /** `major:minor` of the filesystem. */
  device: string;
  /** The mounted part of the filesystem: `/`, unless it is a bind mount or a subvolume. */
  root: string;
  mountPoint: string;
  type: string;
  source: string;
}

/** Read-only images on a block device, which are always full. */
const IMAGES = new Set('squashfs erofs iso9660 udf cramfs romfs'.split(' '));

/** Filesystems on local disks that have no block device of their own. */
const LOCAL_WITHOUT_DEVICE = new Set(
  'btrfs zfs bcachefs ubifs fuseblk fuse.ntfs-3g fuse.exfat fuse.zfs'.split(' '),
);

/** Filesystems of another machine: they are listed, but not counted in this machine's `disk`. */
const NETWORK = new Set(
  (
    'nfs nfs4 cifs smb3 smbfs 9p ceph glusterfs lustre afs beegfs gpfs orangefs virtiofs vboxsf ' +
    'prl_fs fuse.sshfs fuse.glusterfs fuse.cephfs fuse.ceph-fuse fuse.vmhgfs-fuse'
  ).split(' '),
);

/** Root filesystems of containers: layers that have no device of their own. */
const LAYERED = new Set(['overlay', 'aufs', 'fuse.fuse-overlayfs']);

/** Single files that container engines mount from a disk of the host. */
const CONTAINER_FILES =
  /^\/etc\/(hosts|hostname|resolv\.conf|localtime|timezone)$|^\/dev\/termination-log$/;

/**
 * Layers of containers that the engine mounts as filesystems: they come and go under random names.
 */
const CONTAINER_LAYERS =
  /^\/var\/lib\/(docker\/(zfs|btrfs|devicemapper)|containers\/storage|containerd)\/./;

/** True if the filesystem is on another machine. */
export function isNetwork(type: string): boolean {
  return NETWORK.has(type);
}

/** True if statfs may hang: the filesystem is served by another machine or by a process. */
export function mayHang(type: string): boolean {
  return isNetwork(type) || type.startsWith('fuse');
}

/** Major number 0 means no device: the filesystem is in memory or shows other files. */
function isReal({ device, type, mountPoint, source }: Mount): boolean {
  if (IMAGES.has(type)) return false;
  if (CONTAINER_FILES.test(mountPoint) || CONTAINER_LAYERS.test(mountPoint)) return false;
  // A ZFS snapshot reports the blocks of its dataset again.
  if (type === 'zfs' && source.includes('@')) return false;
  return !device.startsWith('0:') || LOCAL_WITHOUT_DEVICE.has(type) || isNetwork(type);
}

/** Parses /proc/self/mountinfo; incomplete lines are skipped. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ');
    const fields = left?.split(' ') ?? [];
    const [type, source] = right?.split(' ') ?? [];
    const [id, parent, device, root, mountPoint] = fields;
    if (!id || !parent || !device || !root || !mountPoint || !type) continue;
    mounts.push({
      id,
      parent,
      device,
      root: unescapeOctal(root),
      mountPoint: unescapeOctal(mountPoint),
      type,
      source: unescapeOctal(source ?? ''),
    });
  }
  return mounts;
}

/** The kernel writes spaces and backslashes in paths as three octal digits, in UTF-8. */
function unescapeOctal(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Every real filesystem that can be reached, once, at its shortest mount point. In a container
 * without volumes whose root consists of layers, the root stands for the machine.
 */
export function realFilesystems(mounts: readonly Mount[]): Mount[] {
  const chosen = new Map<string, Mount>();
  const isCovered = coveredAmong(mounts);
  for (const mount of mounts) {
    if (!isReal(mount) || isCovered(mount)) continue;
    const key = identity(mount);
    const rival = chosen.get(key);
    if (!rival || better(mount, rival)) chosen.set(key, mount);
  }
  const list = [...chosen.values()];
  if (!list.some((mount) => !isNetwork(mount.type))) {
    const root = mounts.findLast((mount) => mount.mountPoint === '/');
    if (root && LAYERED.has(root.type)) list.unshift(root);
  }
  return list.sort((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1));
}

/**
 * Returns a test of whether another mount covers a mount or one of its parent folders: statfs would
 * report the covering one.
 */
function coveredAmong(mounts: readonly Mount[]): (mount: Mount) => boolean {
  const ancestry = ancestryAmong(mounts);
  const inside = new Map<string, Mount[]>();
  for (const mount of mounts) {
    const siblings = inside.get(mount.parent);
    if (siblings) siblings.push(mount);
    else inside.set(mount.parent, [mount]);
  }
  return (mount) => {
    const chain = ancestry(mount);
    return [...chain].some(({ id }) =>
      inside
        .get(id)
        ?.some((other) => !chain.has(other) && leadsTo(other.mountPoint, mount.mountPoint)),
    );
  };
}

/** Returns a function that lists a mount and its parent mounts. */
function ancestryAmong(mounts: readonly Mount[]): (mount: Mount) => Set<Mount> {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  return (mount) => {
    const chain = new Set<Mount>();
    for (let at: Mount | undefined = mount; at && !chain.has(at); at = byId.get(at.parent)) {
      chain.add(at);
    }
    return chain;
  };
}

/** Returns a test of whether a mount is below an automounter, which unmounts what is not used. */
export function automountedAmong(mounts: readonly Mount[]): (mount: Mount) => boolean {
  const ancestry = ancestryAmong(mounts);
  return (mount) => [...ancestry(mount)].some(({ type }) => type === 'autofs');
}

function leadsTo(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/**
 * Returns a test of whether a mount of the host is also mounted below `host`, according to `own`
 * mounts: otherwise statfs(2) would report whatever is there instead.
 */
export function mountedBelow(host: string, own: readonly Mount[]): (mount: Mount) => boolean {
  const devices = new Map(own.map(({ mountPoint, device }) => [mountPoint, device]));
  return ({ mountPoint, device }) =>
    devices.get(mountPoint === '/' ? host : `${host}${mountPoint}`) === device;
}

/**
 * Identifies a filesystem. Btrfs gives every subvolume its own device number, so its source is
 * used.
 */
export function identity(mount: Mount): string {
  return mount.type === 'btrfs' ? mount.source : mount.device;
}

function better(mount: Mount, rival: Mount): boolean {
  if ((mount.root === '/') !== (rival.root === '/')) return mount.root === '/';
  return mount.mountPoint.length < rival.mountPoint.length;
}
