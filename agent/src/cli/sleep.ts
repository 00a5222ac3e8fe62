/** Run by the system before the machine sleeps and after it wakes up: notifies the running agent. */
import { StateLock } from '../identity/lock.js';
import { readStatus } from '../status-file.js';
import { readConfig } from './context.js';

/** The sleep is not delayed for longer than this. */
const TIMEOUT_MS = 3_000;
const POLL_MS = 20;

/** The signals that notify the agent. SIGUSR1 is reserved by Node. */
export const SLEEP_SIGNALS = { before: 'SIGUSR2', after: 'SIGCONT' } as const;

/** Notifies the agent, if one runs; before the sleep it waits until the agent has said goodbye. */
export async function notifyAgentOfSleep(when: keyof typeof SLEEP_SIGNALS): Promise<void> {
  const { stateDir } = readConfig({});
  const pid = new StateLock(stateDir).holder();
  if (pid === null) return;
  process.kill(pid, SLEEP_SIGNALS[when]);
  if (when === 'after') return;
  const deadlineMs = performance.now() + TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const status = readStatus(stateDir);
    if (status?.pid === pid && status.asleep) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
