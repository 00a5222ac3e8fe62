/** A PostgreSQL server of the test's own, which may die and be started again. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './ports.js';

/** Where it keeps things, and the flags of its two programs. */
interface PostgresOptions {
  /** Folders that do not exist yet; temporary ones if absent. */
  databaseDir?: string;
  walDir?: string;
  initdbFlags?: string[];
  postgresFlags?: string[];
}

/** A running PostgreSQL, in a process that outlives it. */
export class KillablePostgres {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folders: string[],
    readonly url: string,
  ) {}

  /** Starts a server on a free port. */
  static async create(options: PostgresOptions = {}): Promise<KillablePostgres> {
    const databaseDir = options.databaseDir ?? temporaryFolder('pg');
    const walDir = options.walDir ?? temporaryFolder('wal');
    const port = await freePort();
    const argument = {
      databaseDir,
      port,
      initdbFlags: [`--waldir=${walDir}`, ...(options.initdbFlags ?? [])],
      postgresFlags: options.postgresFlags ?? [],
    };
    const postgres = new KillablePostgres(
      fork(resolve(__dirname, 'postgres-process.mjs'), [JSON.stringify(argument)]),
      [databaseDir, walDir],
      `postgres://procspy:procspy@127.0.0.1:${port}/postgres`,
    );
    await postgres.tell('create');
    return postgres;
  }

  /** Kills it as a power cut would. */
  kill(): Promise<void> {
    return this.tell('kill');
  }

  /** Waits until it has given up by itself. */
  ended(): Promise<void> {
    return this.tell('ended');
  }

  /** Starts it again after it died. */
  start(): Promise<void> {
    return this.tell('start');
  }

  /** Stops it and removes its data. */
  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.send('stop');
    await exited;
    for (const folder of this.folders) {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async tell(command: string): Promise<void> {
    const done = once(this.process, 'message');
    this.process.send(command);
    const [answer] = await done;
    if (answer !== command) {
      throw new Error(`PostgreSQL was told to ${command} and answered ${answer}`);
    }
  }
}

/** Created by PostgreSQL's own programs, for the user that they run as. */
function temporaryFolder(what: string): string {
  return join(tmpdir(), `procspy-${what}-${randomBytes(6).toString('hex')}`);
}
