/** Processes of the benchmark: started with a line of their own, ended by handle, never by name. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const STOP_TIMEOUT_MS = 20_000;
const running = new Set();

/** Starts a Node script with an IPC channel; what it writes on stderr is shown. */
export function startScript(script, { env = {}, nodeArgs = [] } = {}) {
  return kept(
    spawn(process.execPath, [...nodeArgs, script], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    }),
  );
}

/** Starts another program, whose output is dropped. */
export function startProgram(program, parameters) {
  return kept(spawn(program, parameters, { stdio: 'ignore' }));
}

function kept(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The next message of a process that fulfils `wanted`; rejects when it ends or takes too long. */
export function nextMessage(child, wanted, timeoutMs) {
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle(value);
    };
    const onMessage = (message) => {
      if (message.error) finish(reject, new Error(message.error));
      else if (wanted(message)) finish(resolve, message);
    };
    const onExit = (code) => finish(reject, new Error(`${child.spawnargs[1]} ended with ${code}`));
    const timer = setTimeout(
      () => finish(reject, new Error(`${child.spawnargs[1]} said nothing for ${timeoutMs} ms`)),
      timeoutMs,
    );
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

/** Ends a process politely, then not. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/** Ends everything that still runs. */
export async function stopAll() {
  await Promise.all([...running].map(stop));
}
