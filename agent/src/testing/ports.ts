/** Ports on the loopback address that are still free when a server comes back to them. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out by themselves, so that no connection of another test takes
 * one in between, and above those of `test/helpers/ports.ts`; a range for each worker of Jest.
 */
const FIRST = 31_200;
const PER_WORKER = 90;
const WORKERS = 16;

const worker = Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS;
let next = 0;

/** A port that is free, and not the one that the call before this one gave. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PER_WORKER; tries += 1) {
    const port = FIRST + worker * PER_WORKER + next;
    next = (next + 1) % PER_WORKER;
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
