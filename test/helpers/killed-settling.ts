/** Background work on history that is killed again and again until it gets to its end. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../../src/config/server-config.js';
import type { Tier } from '../../src/contracts/index.js';

const SCRIPT = join(__dirname, 'settling-process.mjs');
/** Each life of the process is longer than the one before by this. */
const LONGER_MS = 50;

/** What the process works on; see settling-process.mjs. */
export interface Settling {
  config: DatabaseConfig;
  /** Epoch milliseconds. */
  now: number;
  /** Removes what is older, in milliseconds by tier. */
  retention?: Record<Tier, number>;
}

/** Starts the work, and kills it (SIGKILL) a little later each time, until it ends by itself; answers how often. */
export async function settleWithKills(work: Settling): Promise<number> {
  for (let kills = 0; ; kills++) {
    const child = fork(SCRIPT, [JSON.stringify(work)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const started = await Promise.race([once(child, 'message'), ended]);
    if (started[0] === 'ready') {
      await Promise.race([sleep(kills * LONGER_MS), ended]);
      child.kill('SIGKILL');
    }
    const [code] = await ended;
    if (code === 0) {
      return kills;
    }
    if (code !== null) {
      throw new Error(`the work on history ended with ${code}`);
    }
  }
}
