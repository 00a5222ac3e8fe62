/** How full every real filesystem is, in bytes and inodes. */
import { statfs } from 'node:fs/promises';
import type { StartLines } from '../../commands.js';
import type { Collector, Reading } from '../collector.js';
import {
  type AskStatfs,
  filesystemReading,
  type MeasuredFilesystem,
  type Statfs,
} from '../filesystem-usage.js';
import { KeptFile } from './kept-file.js';
import {
  isNetwork,
  type Mount,
  mayHang,
  mountedBelow,
  parseMountinfo,
  realFilesystems,
} from './mounts.js';
import { RemoteFilesystems } from './remote-filesystems.js';
import { type Roots, readText, SYSTEM_ROOTS } from './roots.js';

/** Filesystems change slowly and asking a sleeping disk may wake it: not at every tick. */
const REST_MS = 10_000;

/** Real filesystems through statfs(2); see `mounts.ts` for which those are. */
export class LinuxFilesystems implements Collector {
  readonly name = 'filesystems';
  readonly provides = ['disk'] as const;
  readonly restMs = REST_MS;
  private readonly file: KeptFile;
  private readonly remote: RemoteFilesystems;

  constructor(
    private readonly roots: Roots,
    startAsking: StartLines,
    private readonly ask: AskStatfs = (path) => statfs(path),
  ) {
    this.file = new KeptFile(roots.mountinfo);
    this.remote = new RemoteFilesystems(startAsking);
  }

  async collect(nowMs: number): Promise<Reading> {
    const mounts = realFilesystems(parseMountinfo(this.file.read()));
    const canAsk = this.askable();
    const remote = mounts
      .filter((mount) => mayHang(mount.type) && canAsk(mount))
      .map(({ mountPoint }) => mountPoint);
    const answers = await this.remote.newest(remote, nowMs);
    const measured: MeasuredFilesystem[] = [];
    for (const mount of mounts) {
      measured.push({
        name: mount.mountPoint,
        local: !isNetwork(mount.type),
        pool: mount.type === 'zfs' ? (mount.source.split('/')[0] ?? null) : null,
        stat: mayHang(mount.type)
          ? (answers.get(mount.mountPoint) ?? null)
          : canAsk(mount)
            ? await this.askOrNull(mount)
            : null,
      });
    }
    const reading = filesystemReading(measured);
    const unseen = mounts.length > 0 && reading.missing ? this.whyUnseen() : null;
    return unseen === null ? reading : { ...reading, missing: { disk: unseen } };
  }

  close(): void {
    this.file.close();
    this.remote.close();
  }

  private askable(): (mount: Mount) => boolean {
    const { host, recorded } = this.roots;
    if (host === null) return () => true;
    if (recorded) return () => false;
    return mountedBelow(host, parseMountinfo(readText(SYSTEM_ROOTS.mountinfo) ?? ''));
  }

  /** Why filesystems that are there cannot be asked; `null` if they can. */
  private whyUnseen(): string | null {
    const { host, recorded } = this.roots;
    if (host === null) return null;
    return recorded
      ? 'a recorded tree does not tell how full filesystems are'
      : `no filesystem of the host is mounted below ${host}`;
  }

  /** A mount that may not be asked or has just gone is listed without values. */
  private async askOrNull(mount: Mount): Promise<Statfs | null> {
    try {
      return await this.ask(`${this.roots.host ?? ''}${mount.mountPoint}`);
    } catch {
      return null;
    }
  }
}
