/** Tells the server that this machine stops sending on purpose. */
import { existsSync } from 'node:fs';
import type { GoodbyeBody, GoodbyeReason } from '../../../src/contracts/index.js';
import { errorText, keyHeader } from '../http/answer.js';
import type { HttpClient } from '../http/http-client.js';
import type { Identity } from '../identity/identity.js';
import { runCommand } from '../shared/commands.js';
import { errorMessage } from '../shared/errors.js';
import type { Log } from '../shared/log.js';

/** Exists while systemd runs (sd_booted(3)). Other systems are not asked for the reason. */
const SYSTEMD = '/run/systemd/system';
/** A system that shuts down may answer late, and the goodbye matters more than its reason. */
const SYSTEMD_TIMEOUT_MS = 500;

/** Why the agent stops: `shutdown` if systemd says that the machine shuts down, else `stopped`. */
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

/** Says goodbye. Throws if the server does not accept it. */
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
