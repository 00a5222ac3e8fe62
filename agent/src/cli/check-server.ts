/** What `doctor` finds out about the server, the clock and the key. */
import { HEALTH_ANSWER } from '../../../src/contracts/index.js';
import type { AgentConfig } from '../config/config.js';
import { offsetOf, TOLERATED_OFFSET_MS } from '../delivery/server-time.js';
import { errorText, keyHeader, parseObject } from '../http/answer.js';
import { ConnectionError, type HttpClient } from '../http/http-client.js';
import { IdentityStore } from '../identity/identity.js';
import { errorCode } from '../shared/errors.js';
import { serviceElsewhere } from './context.js';
import type { Finding } from './finding.js';

const CHECK_ADDRESS = 'check --server or PROCSPY_SERVER_URL (http or https, name, port)';

/** Asks the server; the clock and the key are looked at only if it answers. */
export async function checkServer(config: AgentConfig, client: HttpClient): Promise<Finding[]> {
  const identity = new IdentityStore(config.stateDir).load();
  if (
    !config.given.server &&
    !identity &&
    config.apiKey === null &&
    config.enrollmentKey === null
  ) {
    const elsewhere = serviceElsewhere(config);
    const mend = elsewhere ?? 'name the server with --server or PROCSPY_SERVER_URL';
    return [{ name: 'server', state: 'failed', detail: 'nobody said where it is', mend }];
  }
  const address = config.server.href;
  try {
    const before = Date.now();
    const answer = await client.request({ method: 'GET', path: '/health' });
    const after = Date.now();
    if (answer.body.trim() !== HEALTH_ANSWER) {
      const detail = `${address} answers, but is not a procspy server: ${errorText(answer)}`;
      return [{ name: 'server', state: 'failed', detail, mend: CHECK_ADDRESS }];
    }
    return [
      { name: 'server', state: 'works', detail: `${address} in ${after - before} ms` },
      checkClock(offsetOf(answer.headers.date, (before + after) / 2)),
      await checkKey(config, client),
    ];
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const detail = `${address}: ${error.message}`;
    return [{ name: 'server', state: 'failed', detail, mend: connectionMend(error) }];
  }
}

function connectionMend({ cause }: ConnectionError): string {
  if (/CERT|SIGNATURE|ALTNAME/.test(errorCode(cause))) {
    return 'name the authority that signed the certificate with --ca-file, and the server as the certificate does';
  }
  return `${CHECK_ADDRESS}, the network, and whether the server runs`;
}

/** What the way from this machine's clock to the server's (milliseconds; `null`: unknown) means. */
export function checkClock(offsetMs: number | null): Finding {
  const name = 'clock';
  if (offsetMs === null) {
    return { name, state: 'not_on_this_machine', detail: 'the server sends no time' };
  }
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  if (Math.abs(offsetMs) <= TOLERATED_OFFSET_MS) {
    return { name, state: 'works', detail: seconds === 0 ? 'in step' : `${seconds} s off` };
  }
  return {
    name,
    state: 'failed',
    detail: `${seconds} s ${offsetMs < 0 ? 'ahead of' : 'behind'} the server`,
    mend: 'let this machine set its clock by the network (NTP)',
  };
}

async function checkKey(config: AgentConfig, client: HttpClient): Promise<Finding> {
  const name = 'key';
  const stored = new IdentityStore(config.stateDir).load();
  const identity = stored?.server === config.server.href ? stored : null;
  const key = config.apiKey ?? identity?.apiKey ?? null;
  if (key === null) {
    if (identity) return { name, state: 'works', detail: 'the server takes samples without a key' };
    return {
      name,
      state: 'failed',
      detail: 'this machine is not registered with this server',
      mend:
        serviceElsewhere(config) ?? 'run `procspy-agent enroll` with --server and --enrollment-key',
    };
  }
  const answer = await client.request({
    method: 'POST',
    path: '/api/v1/auth/token',
    headers: keyHeader(key),
  });
  if (typeof parseObject(answer.body)?.access_token === 'string') {
    const machine = identity ? `machine ${identity.machineId}` : 'the given key';
    return { name, state: 'works', detail: machine };
  }
  return {
    name,
    state: answer.status === 401 || answer.status === 403 ? 'not_permitted' : 'failed',
    detail: errorText(answer),
    mend: 'run `procspy-agent enroll` with an enrolment key from the dashboard',
  };
}
