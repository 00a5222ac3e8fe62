/** `npm start`: the server on the embedded database, and an agent that watches this machine. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build-stale.mjs';
import { requireNode } from './require-node.mjs';

requireNode('procspy');
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const DATA_DIR = resolve(process.env.PROCSPY_DATA_DIR || join(ROOT, 'data'));
/** After this a child that does not stop is killed. */
const STOP_TIMEOUT_MS = { agent: 10_000, server: 30_000 };

const children = [];
let stopping = false;
let exitCode = 0;

try {
  buildStale();
} catch (error) {
  process.stderr.write(`procspy: the build failed: ${error.message}\n`);
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => stop(0));
}

const enrollmentKey = readEnrollmentKey();
const server = start('server', ['dist/bundle/procspy-server.mjs', '--readable-log'], {
  PROCSPY_DATA_DIR: DATA_DIR,
  PROCSPY_ENROLLMENT_KEY: enrollmentKey,
});
server.on('message', ({ url, setupUrl }) => {
  if (stopping) {
    return;
  }
  printWelcome(url, setupUrl);
  start('agent', ['agent/dist/procspy-agent.mjs', 'run'], {
    PROCSPY_SERVER_URL: url,
    PROCSPY_ENROLLMENT_KEY: enrollmentKey,
    PROCSPY_STATE_DIR: join(DATA_DIR, 'agent'),
  });
});

/** A fixed key if one is set, otherwise one that is made once for the local agent. */
function readEnrollmentKey() {
  if (process.env.PROCSPY_ENROLLMENT_KEY) {
    return process.env.PROCSPY_ENROLLMENT_KEY;
  }
  const file = join(DATA_DIR, 'enrollment-key');
  try {
    if (!existsSync(file)) {
      mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
      writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    process.stderr.write(
      `procspy: PROCSPY_DATA_DIR: cannot write to ${DATA_DIR} (${error.code}); for example: PROCSPY_DATA_DIR=/var/lib/procspy\n`,
    );
    process.exit(1);
  }
}

/** Starts one of the two processes; when it ends, so does the other. */
function start(name, args, environment) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // In a group of its own: Ctrl-C reaches this process alone, which then stops them in order.
    detached: true,
  });
  children.push(child);
  child.on('exit', (code, signal) => {
    children.splice(children.indexOf(child), 1);
    if (!stopping && children.length === 0 && code === 1) {
      // It has said why it cannot start.
      process.exit(1);
    }
    if (!stopping) {
      process.stderr.write(`procspy: the ${name} ended (${signal ?? `exit code ${code}`})\n`);
      stop(code || 1);
    } else if (children.length === 0) {
      process.exit(exitCode);
    }
  });
  return child;
}

/** Stops the agent first, so that its last sample still finds the server. */
function stop(code) {
  if (stopping) {
    return;
  }
  stopping = true;
  exitCode = code;
  if (children.length === 0) {
    process.exit(code);
  }
  const [first, agent] = children;
  if (agent) {
    agent.once('exit', () => end(first, STOP_TIMEOUT_MS.server));
    end(agent, STOP_TIMEOUT_MS.agent);
  } else {
    end(first, STOP_TIMEOUT_MS.server);
  }
}

function end(child, timeoutMs) {
  child.kill('SIGTERM');
  setTimeout(() => {
    process.stderr.write(`procspy: killed after ${timeoutMs / 1000} s in which it did not end\n`);
    child.kill('SIGKILL');
  }, timeoutMs).unref();
}

/** Stands out by its margin, on a terminal also by bold addresses. */
function printWelcome(url, setupUrl) {
  const bold = (text) => (process.stdout.hasColors?.() ? `\x1b[1m${text}\x1b[0m` : text);
  const lines = [
    '',
    `  procspy is live at ${bold(url)}`,
    setupUrl
      ? `  First sign-in: open ${bold(setupUrl)}`
      : '  Sign in with your e-mail address and password.',
    '  This machine is being watched. Stop with Ctrl-C.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
