/** Tells the server that this machine falls silent on purpose. */
import { existsSync } from 'node:fs';
import type { GoodbyeBody, GoodbyeReason } from '../../../src/contracts/index.js';
import { errorText, keyHeader } from '../http/answer.js';
import type { HttpClient } from '../http/http-client.js';
import type { Identity } from '../identity/identity.js';
import { runCommand } from '../shared/commands.js';
import { errorMessage } from '../shared/errors.js';
import type { Log } from '../shared/log.js';

/** What systemd leaves in place of itself; elsewhere nobody is asked. */
const SYSTEMD = '/run/systemd/system';
/** A system that goes down may answer late; the goodbye is worth more than its reason. */
const SYSTEMD_TIMEOUT_MS = 500;

/** Why the agent is told to end: the machine shuts down, as far as systemd says, or only the agent stops. */
export async function reasonToStop(log: Log): Promise<GoodbyeReason> {
  if (process.platform !== 'linux' || !existsSync(SYSTEMD)) return 'stopped';
  try {
    const state = await runCommand('systemdState', SYSTEMD_TIMEOUT_MS);
    return state.trim() === 'stopping' ? 'shutdown' : 'stopped';
  } catch (error) {
    log.debug(`systemd does not tell whether it shuts down: ${errorMessage(error)}`);
    return 'stopped';
  }
}

/** Says goodbye; throws with the reason if the server does not take it. */
export async function sayGoodbye(
  client: HttpClient,
  { machineId, apiKey }: Identity,
  reason: GoodbyeReason,
  signal: AbortSignal,
): Promise<void> {
  const body: GoodbyeBody = { reason };
  const answer = await client.request({
    method: 'POST',
    path: `/api/v1/machines/${machineId}/goodbye`,
    headers: keyHeader(apiKey),
    body: JSON.stringify(body),
    signal,
  });
  if (answer.status !== 200) throw new Error(errorText(answer));
}
