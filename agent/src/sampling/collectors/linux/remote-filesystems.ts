/**
 * Filesystems whose server may not answer. A statfs call holds a thread until it returns, and a
 * process with such a thread cannot exit. So the calls are made by a separate process, which can be
 * killed: `procspy-agent internal-remote-filesystems` or `internal-automounted-filesystems`.
 */
import { statfs } from 'node:fs/promises';
import type { LineProcess, StartLines } from '../../../shared/commands.js';
import { type Roots, readText, SYSTEM_ROOTS } from '../../../shared/roots.js';
import type { CallStatfs, Statfs } from '../filesystem-usage.js';
import {
  automountedAmong,
  mayHang,
  mountedBelow,
  parseMountinfo,
  realFilesystems,
} from './mounts.js';

/** A process costs more than a system call, so these are read less often than disks. */
const ASK_EVERY_MS = 60_000;
/** A filesystem that has not answered by then has no values until it does. */
const PATIENCE_MS = 10_000;
/** The first reading waits at most this long, since `once` prints no other. */
const FIRST_WAIT_MS = 700;

/** The newest answers, requested in the background. */
export class RemoteFilesystems {
  private answers = new Map<string, Statfs>();
  private asked = '';
  private askedMs = Number.NEGATIVE_INFINITY;
  private round: { answers: Map<string, Statfs>; end: () => void; process?: LineProcess } | null =
    null;

  constructor(
    private readonly start: StartLines,
    private readonly askEveryMs = ASK_EVERY_MS,
  ) {}

  /** What is known about these mount points; waits briefly for the very first answers only. */
  async newest(mountPoints: readonly string[], nowMs: number): Promise<Map<string, Statfs>> {
    if (mountPoints.length === 0) return this.answers;
    if (this.round && nowMs - this.askedMs >= PATIENCE_MS) this.round.end();
    const names = mountPoints.join('\n');
    if (!this.round && (names !== this.asked || nowMs - this.askedMs >= this.askEveryMs)) {
      const first = this.asked === '';
      this.asked = names;
      this.askedMs = nowMs;
      const round = this.ask();
      if (first) await this.briefly(round);
    }
    return this.round && this.answers.size === 0 ? this.round.answers : this.answers;
  }

  close(): void {
    this.round?.end();
  }

  /** Starts a round; resolves when all have answered or the round has timed out. */
  private ask(): Promise<void> {
    return new Promise((resolve) => {
      const answers = new Map<string, Statfs>();
      const end = () => {
        if (this.round !== round) return;
        this.round = null;
        this.answers = answers;
        round.process?.stop();
        resolve();
      };
      const round: NonNullable<typeof this.round> = { answers, end };
      this.round = round;
      const take = (line: string) => {
        const answer = parseAnswer(line);
        if (answer) answers.set(...answer);
      };
      this.start(take, end).then((process) => {
        round.process = process;
        if (this.round !== round) process.stop();
      }, end);
    });
  }

  private async briefly(round: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise((resolve) => {
      timer = setTimeout(resolve, FIRST_WAIT_MS);
    });
    await Promise.race([round, enough]);
    clearTimeout(timer);
  }
}

function parseAnswer(line: string): [mountPoint: string, stat: Statfs] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const { mountPoint, stat } = (parsed ?? {}) as { mountPoint?: unknown; stat?: Statfs };
  return typeof mountPoint === 'string' && typeof stat?.blocks === 'number'
    ? [mountPoint, stat]
    : null;
}

/**
 * The separate process: prints a line for each filesystem as soon as it answers. It reads either
 * the automounted filesystems, which are read less often, or all others.
 */
export async function statRemoteFilesystems(
  print: (answer: object) => void,
  automounted: boolean,
  roots: Roots = SYSTEM_ROOTS,
  mountinfo = readText(roots.mountinfo) ?? '',
  ask: CallStatfs = (path) => statfs(path),
): Promise<void> {
  const { host } = roots;
  const own = host === null ? '' : (readText(SYSTEM_ROOTS.mountinfo) ?? '');
  const isMounted = host === null ? () => true : mountedBelow(host, parseMountinfo(own));
  const all = parseMountinfo(mountinfo);
  const isAutomounted = automountedAmong(all);
  const mounts = realFilesystems(all).filter(
    (mount) => mayHang(mount.type) && isMounted(mount) && isAutomounted(mount) === automounted,
  );
  const one = async ({ mountPoint }: { mountPoint: string }) => {
    const { bsize, blocks, bfree, bavail, files, ffree } = await ask(`${host ?? ''}${mountPoint}`);
    print({ mountPoint, stat: { bsize, blocks, bfree, bavail, files, ffree } });
  };
  // A filesystem that may not be read or has just been removed is listed without values.
  await Promise.allSettled(mounts.map(one));
}
