/** Finds the real filesystems among all mounts (proc_pid_mountinfo(5)). */

/** One mount. */
export interface Mount {
  /** Number of the mount, and of the one that it is mounted in. */
  id: string;
  parent: string;
  /** `major:minor` of the filesystem. */
  device: string;
  /** The part of the filesystem that is mounted; `/` unless it is a bind mount or subvolume. */
  root: string;
  mountPoint: string;
  type: string;
  source: string;
}

/** Images on a block device that can only be read: they are always full. */
const IMAGES = new Set('squashfs erofs iso9660 udf cramfs romfs'.split(' '));

/** Filesystems on disks of this machine that have no block device of their own. */
const LOCAL_WITHOUT_DEVICE = new Set(
  'btrfs zfs bcachefs ubifs fuseblk fuse.ntfs-3g fuse.exfat fuse.zfs'.split(' '),
);

/** Filesystems of another machine: they are listed, but are not part of this machine's `disk`. */
const NETWORK = new Set(
  (
    'nfs nfs4 cifs smb3 smbfs 9p ceph glusterfs lustre afs beegfs gpfs orangefs virtiofs vboxsf ' +
    'prl_fs fuse.sshfs fuse.glusterfs fuse.cephfs fuse.ceph-fuse fuse.vmhgfs-fuse'
  ).split(' '),
);

/** What the roots of containers are made of: layers that have no device of their own. */
const LAYERED = new Set(['overlay', 'aufs', 'fuse.fuse-overlayfs']);

/** Files that container engines mount one by one from a disk of the host. */
const CONTAINER_FILES =
  /^\/etc\/(hosts|hostname|resolv\.conf|localtime|timezone)$|^\/dev\/termination-log$/;

/** Layers of containers, where the engine makes a filesystem of each: they come and go under random names. */
const CONTAINER_LAYERS =
  /^\/var\/lib\/(docker\/(zfs|btrfs|devicemapper)|containers\/storage|containerd)\/./;

/** True if the filesystem lives on another machine. */
export function isNetwork(type: string): boolean {
  return NETWORK.has(type);
}

/** True if asking it may take for ever: its server is elsewhere, or another process of this machine. */
export function mayHang(type: string): boolean {
  return isNetwork(type) || type.startsWith('fuse');
}

/** A device number with major 0 stands for no device: what lives in memory or shows other files. */
function isReal({ device, type, mountPoint, source }: Mount): boolean {
  if (IMAGES.has(type)) return false;
  if (CONTAINER_FILES.test(mountPoint) || CONTAINER_LAYERS.test(mountPoint)) return false;
  // A snapshot of ZFS shows the blocks of its dataset again.
  if (type === 'zfs' && source.includes('@')) return false;
  return !device.startsWith('0:') || LOCAL_WITHOUT_DEVICE.has(type) || isNetwork(type);
}

/** Reads /proc/self/mountinfo; lines that are torn are left out. */
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

/** The kernel writes blanks and backslashes in paths as three octal digits, in UTF-8. */
function unescapeOctal(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Every real filesystem that can be reached once, under its shortest mount point. In a container whose
 * root is made of layers and that has no volume, the root stands for the machine.
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
 * Answers whether something is mounted over a mount, or over a folder that leads to it: whoever asks there
 * is told of what lies on top.
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

/** Answers with a mount and those that it is mounted in. */
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

/** Answers whether the way to a mount leads through an automounter, which unmounts it when nobody asks for it. */
export function automountedAmong(mounts: readonly Mount[]): (mount: Mount) => boolean {
  const ancestry = ancestryAmong(mounts);
  return (mount) => [...ancestry(mount)].some(({ type }) => type === 'autofs');
}

function leadsTo(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/**
 * Answers whether a mount of the host is mounted below `host`, too, as `own` mounts tell: without it
 * statfs(2) would tell of whatever lies there instead.
 */
export function mountedBelow(host: string, own: readonly Mount[]): (mount: Mount) => boolean {
  const devices = new Map(own.map(({ mountPoint, device }) => [mountPoint, device]));
  return ({ mountPoint, device }) =>
    devices.get(mountPoint === '/' ? host : `${host}${mountPoint}`) === device;
}

/** What tells filesystems apart. Btrfs gives every subvolume its own device number: there the source tells. */
export function identity(mount: Mount): string {
  return mount.type === 'btrfs' ? mount.source : mount.device;
}

function better(mount: Mount, rival: Mount): boolean {
  if ((mount.root === '/') !== (rival.root === '/')) return mount.root === '/';
  return mount.mountPoint.length < rival.mountPoint.length;
}
