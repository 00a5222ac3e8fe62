/** Child processes of a command: their lines get a prefix, and all of them end with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** After this a child that does not stop is killed. */
const STOP_TIMEOUT_MS = 30_000;
const COLORS = { server: 36, agent: 32, page: 35, dev: 33, demo: 33 };
const isColored = process.stdout.hasColors?.() === true;

/** Prints whole lines, each with the name of who says it. */
export function say(name, text) {
  const label = `${name.padEnd(6)} |`;
  const prefix = isColored ? `\x1b[${COLORS[name] ?? 33}m${label}\x1b[0m` : label;
  for (const line of text.trimEnd().split('\n')) {
    process.stdout.write(`${prefix} ${line}\n`);
  }
}

/** Starts a Node script with a channel to it; without a parent our programs stop by themselves. */
export function startChild(name, args, environment) {
  const child = spawn(process.execPath, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // In a group of its own: Ctrl-C reaches the parent alone, which then stops them in order.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => say(name, line));
  }
  return child;
}

/** The next message of a child; `null` if it ends without one. */
export async function messageOf(child) {
  const waiting = new AbortController();
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal: waiting.signal }),
      once(child, 'exit', { signal: waiting.signal }).then(() => [null]),
    ]);
    return message;
  } finally {
    waiting.abort();
  }
}

/** Ends a child politely, then not; resolves when it is gone. */
export async function endChild(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/**
 * Runs a command until a signal, a failure or `end` ends it; `stop` ends what it started. Exits even if
 * something is still under way, such as a build or a push to a server that has stopped.
 */
export function runCommand(start, stop) {
  let ending;
  const end = (code) => {
    ending ??= stop().then(
      () => process.exit(code),
      (error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => end(0));
  }
  start(end).catch((error) => {
    if (!ending) {
      process.stderr.write(`procspy: ${error.stack}\n`);
      return end(1);
    }
    return ending;
  });
}
