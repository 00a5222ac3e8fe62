/** How full every real filesystem is, in bytes and inodes. */
import { statfs } from 'node:fs/promises';
import type { Collector, Reading } from '../collector.js';
import {
  diskUsage,
  filesystemDevices,
  type MeasuredFilesystem,
  type Statfs,
} from '../filesystem-usage.js';
import { KeptFile } from './kept-file.js';
import { isNetwork, type Mount, parseMountinfo, realFilesystems } from './mounts.js';
import type { Roots } from './roots.js';

/** Asks one filesystem for its sizes. */
export type AskStatfs = (path: string) => Promise<Statfs>;

/** A network filesystem that has not answered for this long is skipped until it does. */
const PATIENCE_MS = 2_000;

/** Filesystems change slowly and asking a sleeping disk may wake it: not at every tick. */
const REST_MS = 10_000;

/** Real filesystems through statfs(2); see `mounts.ts` for which those are. */
export class LinuxFilesystems implements Collector {
  readonly name = 'filesystems';
  readonly provides = ['disk'] as const;
  readonly restMs = REST_MS;
  private readonly file: KeptFile;
  private hanging = new Set<string>();

  constructor(
    roots: Roots,
    private readonly ask: AskStatfs = (path) => statfs(path),
  ) {
    this.file = new KeptFile(`${roots.proc}/self/mountinfo`);
  }

  async collect(): Promise<Reading> {
    const mounts = realFilesystems(parseMountinfo(this.file.read()));
    const measured: MeasuredFilesystem[] = [];
    for (const mount of mounts) measured.push(await this.measure(mount));
    const disk = diskUsage(measured);
    const reading: Reading = {
      metrics: { disk },
      devices: { filesystems: filesystemDevices(measured) },
    };
    if (disk === null) reading.missing = { disk: 'no real filesystem on this machine' };
    return reading;
  }

  close(): void {
    this.file.close();
  }

  private async measure(mount: Mount): Promise<MeasuredFilesystem> {
    const network = isNetwork(mount.type);
    const pool = mount.type === 'zfs' ? (mount.source.split('/')[0] ?? null) : null;
    const stat = network ? await this.askNetwork(mount) : await this.askOrNull(mount);
    return { name: mount.mountPoint, local: !network, pool, stat };
  }

  /** At most one network filesystem hangs at a time: each holds a thread of a small pool. */
  private async askNetwork(mount: Mount): Promise<Statfs | null> {
    if (this.hanging.size > 0) return null;
    this.hanging.add(mount.mountPoint);
    const answer = this.askOrNull(mount).finally(() => this.hanging.delete(mount.mountPoint));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    try {
      return await Promise.race([answer, patience]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A mount that may not be asked or has just gone is listed without values. */
  private async askOrNull(mount: Mount): Promise<Statfs | null> {
    try {
      return await this.ask(mount.mountPoint);
    } catch {
      return null;
    }
  }
}
