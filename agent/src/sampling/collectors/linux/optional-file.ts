/** A file of /proc or /sys that most machines do not have. */
import { Unavailable } from '../../../shared/errors.js';
import { ProcFile } from './proc-file.js';

/** An absent file may appear with a module that is loaded later: it is looked for this often. */
const LOOK_AGAIN_MS = 60_000;

/** Reads a file that may be absent, without trying to open it on every tick. */
export class OptionalFile {
  private readonly file: ProcFile;
  private absentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.file = new ProcFile(path);
  }

  /** The whole text, one character per byte; `null` if it cannot be read. `nowMs` is monotonic. */
  read(nowMs: number): string | null {
    if (nowMs < this.absentUntilMs) return null;
    try {
      return this.file.read();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.absentUntilMs = nowMs + LOOK_AGAIN_MS;
      return null;
    }
  }

  close(): void {
    this.file.close();
  }
}
