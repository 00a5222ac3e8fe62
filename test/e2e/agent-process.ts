/** The built agent as a real process with a state folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProcessOutput } from '../helpers/process-output.js';

/** The agent as `npm run build` makes it. */
export const BUNDLE = resolve(__dirname, '../../agent/dist/procspy-agent.mjs');

/** What a command of the agent printed, and how it ended. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** An agent that can be killed and started again. */
export class TestAgent {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'procspy-agent-'));
  /** Times of all samples that were taken and kept, as the agent tells in its log. */
  readonly taken = new Set<number>();
  /** Starts so far. */
  starts = 0;
  private readonly printed = new ProcessOutput();
  private process: ChildProcess | null = null;

  constructor(private readonly env: Record<string, string>) {
    this.env = { PROCSPY_FINGERPRINT: randomUUID(), PROCSPY_INTERVAL: '100ms', ...env };
  }

  get fingerprint(): string {
    return this.env.PROCSPY_FINGERPRINT ?? '';
  }

  /** Every line of its log. */
  get log(): string {
    return this.printed.text;
  }

  /** Starts with `more` in its environment. */
  start(more: Record<string, string> = {}): void {
    this.starts += 1;
    const child = spawn(process.execPath, [BUNDLE, 'run'], {
      env: this.environment({ LOG_LEVEL: 'debug', ...more }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.printed.follow(child, (line) => {
      const time = /sample taken: (\d+)/.exec(line)?.[1];
      if (time) this.taken.add(Number(time));
    });
    this.process = child;
  }

  /** Ends the process with a signal and waits; answers its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    // `close` comes after the last line was read.
    const closed = once(child, 'close');
    child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }

  /** Runs another command of the agent beside it. */
  async command(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    const child = spawn(process.execPath, [BUNDLE, ...args], {
      env: this.environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result = { code: null as number | null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      result.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      result.stderr += chunk;
    });
    [result.code] = (await once(child, 'close')) as [number | null];
    return result;
  }

  /** Ends what runs and removes the state. */
  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  private environment(more: Record<string, string>): NodeJS.ProcessEnv {
    return { PATH: process.env.PATH, PROCSPY_STATE_DIR: this.stateDir, ...this.env, ...more };
  }
}
