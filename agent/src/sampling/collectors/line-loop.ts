/**
 * A program that keeps printing lines. It is restarted, with growing pauses, when it ends or hangs.
 */
import type { LineProcess, StartLines } from '../../shared/commands.js';
import { errorMessage, Unavailable } from '../../shared/errors.js';

/**
 * A program that prints nothing for this long is considered to hang, for instance because its
 * driver does.
 */
const SILENT_MS = 60_000;
const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 10 * 60_000;

/** Dependencies of a loop. */
export interface LineLoopParts {
  /** The program's display name. */
  name: string;
  start: StartLines;
  /** Handles a line; returns false if it could not be parsed. */
  onLine(line: string): boolean;
  /** What a user can do if it does not run. */
  mend: string;
  /** Monotonic milliseconds. Lines arrive between ticks. */
  now(): number;
}

/** Runs at most one process at a time. */
export class LineLoop {
  private process: LineProcess | null = null;
  private starting = false;
  private closed = false;
  private failures = 0;
  private heardMs = 0;
  /** True if the running process has printed a valid line. */
  private answered = false;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  private fault: Unavailable | null = null;
  /** The first line since the last valid one that could not be parsed. */
  private complaint: string | null = null;

  constructor(private readonly parts: LineLoopParts) {}

  /** Why there is no value. */
  get problem(): Unavailable {
    const { name, now, mend } = this.parts;
    if (this.fault) return this.fault;
    if (!this.answered) return new Unavailable('not_yet', `${name} has not answered yet`);
    const seconds = Math.round((now() - this.heardMs) / 1000);
    return new Unavailable('failed', `${name} has been silent for ${seconds} s`, mend);
  }

  /** True if it is not running and may be started now. A process that hangs is killed first. */
  isDue(): boolean {
    const nowMs = this.parts.now();
    if (this.process && nowMs - this.heardMs >= SILENT_MS) {
      this.process.stop();
      this.ended(`it has been silent for ${SILENT_MS / 1000} s`);
    }
    return !this.process && !this.starting && nowMs >= this.notBeforeMs;
  }

  get runs(): boolean {
    return this.process !== null;
  }

  start(): void {
    this.starting = true;
    this.fault = null;
    this.complaint = null;
    this.heardMs = this.parts.now();
    this.answered = false;
    this.parts
      .start(
        (line) => this.take(line),
        (reason) => this.ended(reason),
      )
      .then(
        (process) => {
          this.starting = false;
          if (this.closed) process.stop();
          else this.process = process;
        },
        (error: unknown) => {
          this.starting = false;
          this.ended(errorMessage(error));
        },
      );
  }

  /**
   * Kills the process, if it runs, and does not start it for `ms`; `why` is the reason reported
   * meanwhile.
   */
  rest(ms: number, why: Unavailable): void {
    this.process?.stop();
    this.process = null;
    this.notBeforeMs = this.parts.now() + ms;
    this.fault = why;
  }

  close(): void {
    this.closed = true;
    this.process?.stop();
    this.process = null;
  }

  private take(line: string): void {
    if (!this.parts.onLine(line)) {
      this.complaint ??= line.trim() || null;
      return;
    }
    this.complaint = null;
    this.failures = 0;
    this.answered = true;
    this.heardMs = this.parts.now();
  }

  private ended(reason: string): void {
    this.process = null;
    this.failures += 1;
    const backoffMs = FIRST_BACKOFF_MS * 2 ** (this.failures - 1);
    this.notBeforeMs = this.parts.now() + Math.min(LONGEST_BACKOFF_MS, backoffMs);
    // Its error message says more than its exit code.
    const why = this.complaint ?? reason;
    this.fault = new Unavailable('failed', `${this.parts.name}: ${why}`, this.parts.mend);
  }
}
