/** The built server as a real process, on a database of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { debuggerEnvironment } from './debugger.js';
import { freePort } from './ports.js';
import { createDatabase } from './postgres.js';
import { ProcessOutput } from './process-output.js';
import { waitFor } from './wait.js';

/** The databases that every end-to-end test runs on. */
export const DATABASES = ['sqlite', 'postgres'] as const;
/** One of the databases. */
export type TestDatabase = (typeof DATABASES)[number];

/** The first administrator of every test server. */
export const ADMIN = { email: 'admin@procspy.test', password: 'correct horse battery' };

/** How to start a server. */
export interface ServerOptions {
  database: TestDatabase;
  env?: Record<string, string>;
  /** Starts without an administrator, as a newcomer does. */
  withoutAdmin?: boolean;
  /** Another replica: the same database and secrets. */
  beside?: TestServer;
}

/** Where a server keeps its things: outlives the process. */
interface Home {
  dataDir: string;
  databaseUrl: string | undefined;
  jwtSecret: string;
  enrollmentKey: string;
  remove(): Promise<void>;
}

const MAIN = resolve(__dirname, '../../dist/bundle/procspy-server.mjs');

/** A running server. */
export class TestServer {
  url = '';
  private process: ChildProcess | undefined;
  private port = 0;
  private readonly printed = new ProcessOutput();

  private constructor(
    readonly options: ServerOptions,
    private readonly home: Home,
    private readonly ownsHome: boolean,
  ) {}

  /** Starts a server and waits until it is live. */
  static async start(options: ServerOptions): Promise<TestServer> {
    const home = options.beside ? options.beside.home : await createHome(options.database);
    const server = new TestServer(options, home, !options.beside);
    await server.start();
    return server;
  }

  get enrollmentKey(): string {
    return this.home.enrollmentKey;
  }

  get dataDir(): string {
    return this.home.dataDir;
  }

  /** Address of the PostgreSQL database, `undefined` on SQLite. */
  get databaseUrl(): string | undefined {
    return this.home.databaseUrl;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Every line that the process has printed. */
  output(): string {
    return this.printed.text;
  }

  /** Starts the process again on the same data (after `kill` or `terminate`). */
  async start(): Promise<void> {
    const { dataDir, databaseUrl, jwtSecret, enrollmentKey } = this.home;
    // After a restart the same one, so that clients find it again.
    this.port ||= await freePort();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env.PATH,
        ...debuggerEnvironment(),
        HOST: '127.0.0.1',
        PORT: String(this.port),
        LOG_LEVEL: 'info',
        PROCSPY_DATA_DIR: dataDir,
        PROCSPY_ENROLLMENT_KEY: enrollmentKey,
        PROCSPY_INGEST_RATE_LIMIT: '1000000',
        JWT_SECRET: jwtSecret,
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        ...(!this.options.withoutAdmin && {
          PROCSPY_ADMIN_EMAIL: ADMIN.email,
          PROCSPY_ADMIN_PASSWORD: ADMIN.password,
        }),
        ...this.options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    const startedAt = this.printed.text.length;
    this.printed.follow(child);
    let ended = false;
    child.once('close', () => {
      ended = true;
    });
    const live = await waitFor(
      'the server to be live',
      () => {
        const match = /procspy is live at (http:\/\/[^"\s]+)/.exec(this.output().slice(startedAt));
        return match?.[1] ?? (ended ? 'ended' : null);
      },
      60_000,
    );
    if (live === 'ended') {
      throw new Error(`the server did not start:\n${this.output().slice(startedAt)}`);
    }
    this.url = live;
  }

  /** Ends the process politely and waits; answers its exit code. */
  terminate(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Kills the process as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (this.ownsHome) {
      await this.home.remove();
    }
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return child?.exitCode ?? null;
    }
    // `close` comes after the last line was read.
    const closed = once(child, 'close');
    child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }
}

/** Starts a server and waits until it is live. */
export function startServer(options: ServerOptions): Promise<TestServer> {
  return TestServer.start(options);
}

async function createHome(database: TestDatabase): Promise<Home> {
  const dataDir = await mkdtemp(join(tmpdir(), 'procspy-server-'));
  const postgres = database === 'postgres' ? await createDatabase() : undefined;
  return {
    dataDir,
    databaseUrl: postgres?.url,
    jwtSecret: randomBytes(32).toString('hex'),
    enrollmentKey: randomBytes(24).toString('hex'),
    async remove() {
      await postgres?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
