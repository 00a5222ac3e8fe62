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
import { isNetwork, type Mount, mayHang, parseMountinfo, realFilesystems } from './mounts.js';
import { RemoteFilesystems } from './remote-filesystems.js';
import type { Roots } from './roots.js';

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
    roots: Roots,
    startAsking: StartLines,
    private readonly ask: AskStatfs = (path) => statfs(path),
  ) {
    this.file = new KeptFile(`${roots.proc}/self/mountinfo`);
    this.remote = new RemoteFilesystems(startAsking);
  }

  async collect(nowMs: number): Promise<Reading> {
    const mounts = realFilesystems(parseMountinfo(this.file.read()));
    const remote = mounts.filter(({ type }) => mayHang(type)).map(({ mountPoint }) => mountPoint);
    const answers = await this.remote.newest(remote, nowMs);
    const measured: MeasuredFilesystem[] = [];
    for (const mount of mounts) {
      measured.push({
        name: mount.mountPoint,
        local: !isNetwork(mount.type),
        pool: mount.type === 'zfs' ? (mount.source.split('/')[0] ?? null) : null,
        stat: mayHang(mount.type)
          ? (answers.get(mount.mountPoint) ?? null)
          : await this.askOrNull(mount),
      });
    }
    return filesystemReading(measured);
  }

  close(): void {
    this.file.close();
    this.remote.close();
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
