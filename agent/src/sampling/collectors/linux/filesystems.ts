/** Usage of every real filesystem, in bytes and inodes. */
import type { StartLines } from '../../../shared/commands.js';
import { type Roots, readText, SYSTEM_ROOTS } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import type { DeviceReads } from '../device-reads.js';
import {
  type CallStatfs,
  type FilesystemAnswer,
  filesystemReading,
  type MeasuredFilesystem,
  statFilesystem,
} from '../filesystem-usage.js';
import {
  automountedAmong,
  isNetwork,
  type Mount,
  mayHang,
  mountedBelow,
  parseMountinfo,
  realFilesystems,
} from './mounts.js';
import { ProcFile } from './proc-file.js';
import { RemoteFilesystems } from './remote-filesystems.js';

/**
 * Filesystems change slowly, and reading a sleeping disk may wake it: they are not read on every
 * tick.
 */
const REST_MS = 10_000;
/** Each reading restarts the idle timeout after which an automounter unmounts the filesystem. */
const AUTOMOUNTED_REST_MS = 3_600_000;

/** Dependencies of the collector. */
export interface LinuxFilesystemsParts {
  roots: Roots;
  reads: DeviceReads;
  /** Starts the process that reads remote filesystems: the automounted ones, or all others. */
  startAsking(automounted: boolean): StartLines;
  ask?: CallStatfs;
}

/** Real filesystems, read with statfs(2); `mounts.ts` selects them. */
export class LinuxFilesystems implements Collector {
  readonly name = 'filesystems';
  readonly provides = ['disk'] as const;
  readonly restMs = REST_MS;
  private readonly file: ProcFile;
  private readonly remote: RemoteFilesystems;
  private readonly remoteAutomounted: RemoteFilesystems;
  /** The newest answers of local automounted filesystems, by mount. */
  private automounted = new Map<string, { answer: FilesystemAnswer; askedMs: number }>();

  constructor(private readonly parts: LinuxFilesystemsParts) {
    this.file = new ProcFile(parts.roots.mountinfo);
    this.remote = new RemoteFilesystems(parts.startAsking(false));
    this.remoteAutomounted = new RemoteFilesystems(parts.startAsking(true), AUTOMOUNTED_REST_MS);
  }

  async collect(nowMs: number): Promise<Reading> {
    const all = parseMountinfo(this.file.read());
    const mounts = realFilesystems(all);
    const isAutomounted = automountedAmong(all);
    const canAsk = this.askable();
    const remote = mounts.filter((mount) => mayHang(mount.type) && canAsk(mount));
    const pointsOf = (automounted: boolean) =>
      remote
        .filter((mount) => isAutomounted(mount) === automounted)
        .map(({ mountPoint }) => mountPoint);
    const [remoteAnswers, automountedAnswers] = await Promise.all([
      this.remote.newest(pointsOf(false), nowMs),
      this.remoteAutomounted.newest(pointsOf(true), nowMs),
    ]);
    const askedBefore = this.automounted;
    this.automounted = new Map();
    const measured = mounts.map(async (mount): Promise<MeasuredFilesystem> => {
      const { mountPoint, type, source } = mount;
      const answer = async (): Promise<FilesystemAnswer> => {
        if (mayHang(type)) {
          const answers = isAutomounted(mount) ? automountedAnswers : remoteAnswers;
          return { stat: answers.get(mountPoint) ?? null };
        }
        if (!canAsk(mount)) return { stat: null };
        if (!isAutomounted(mount)) return this.ask(mountPoint);
        return this.askRarely(mount, askedBefore, nowMs);
      };
      return {
        name: mountPoint,
        local: !isNetwork(type),
        pool: type === 'zfs' ? (source.split('/')[0] ?? null) : null,
        ...(await answer()),
      };
    });
    const reading = filesystemReading(await Promise.all(measured));
    const unseen = mounts.length > 0 && reading.missing ? this.whyUnseen() : null;
    return unseen === null ? reading : { ...reading, missing: { disk: unseen } };
  }

  close(): void {
    this.file.close();
    this.remote.close();
    this.remoteAutomounted.close();
  }

  private askable(): (mount: Mount) => boolean {
    const { host, recorded } = this.parts.roots;
    if (host === null) return () => true;
    if (recorded) return () => false;
    return mountedBelow(host, parseMountinfo(readText(SYSTEM_ROOTS.mountinfo) ?? ''));
  }

  /** Why existing filesystems could not be read; `null` if they could. */
  private whyUnseen(): string | null {
    const { host, recorded } = this.parts.roots;
    if (host === null) return null;
    return recorded
      ? 'a recorded tree does not tell how full filesystems are'
      : `no filesystem of the host is mounted below ${host}`;
  }

  private ask(mountPoint: string): Promise<FilesystemAnswer> {
    const { reads, roots, ask } = this.parts;
    return statFilesystem(reads, `${roots.host ?? ''}${mountPoint}`, ask);
  }

  private async askRarely(
    mount: Mount,
    before: LinuxFilesystems['automounted'],
    nowMs: number,
  ): Promise<FilesystemAnswer> {
    // The kernel reuses the id of a removed mount.
    const key = `${mount.id} ${mount.device} ${mount.mountPoint}`;
    const kept = before.get(key);
    const isSettled = kept !== undefined && kept.answer.problem === undefined;
    const isDue = !isSettled || nowMs - kept.askedMs >= AUTOMOUNTED_REST_MS;
    const known = isDue ? { answer: await this.ask(mount.mountPoint), askedMs: nowMs } : kept;
    this.automounted.set(key, known);
    return known.answer;
  }
}
