/**
 * Puts the running agent together. A sample's way:
 *
 *   ticker -> sampler -> spool -> delivery -> transport ==HTTP or Socket.IO==> server
 */
import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Agent } from './agent-lifecycle.js';
import type { AgentConfig } from './config/config.js';
import { Delivery } from './delivery/delivery.js';
import { ServerTime } from './delivery/server-time.js';
import { Spool } from './delivery/spool/spool.js';
import { HttpTransport } from './delivery/transport/http-transport.js';
import type { Transport } from './delivery/transport/transport.js';
import { WebSocketTransport } from './delivery/transport/websocket-transport.js';
import { coreCount } from './host/facts.js';
import type { HttpClient } from './http/http-client.js';
import { Enrolment } from './identity/enrolment.js';
import { IdentityStore } from './identity/identity.js';
import { MachineDescriber } from './identity/machine-describer.js';
import { createCollectors } from './sampling/collectors/index.js';
import { CollectorRunner } from './sampling/collectors/runner.js';
import { Evidence } from './sampling/process-evidence.js';
import { Sampler } from './sampling/sampler.js';
import { Ticker } from './sampling/ticks.js';
import { type Clock, systemClock, systemSchedule } from './shared/clock.js';
import type { Log } from './shared/log.js';
import { type Roots, rootsOf } from './shared/roots.js';
import { StatusReporter } from './status-reporter.js';

/** What an agent is made from. */
export interface AgentParts {
  config: AgentConfig;
  client: HttpClient;
  /** Certificate authority in PEM that replaces the public ones. */
  ca: string | undefined;
  hostId: string | null;
  log: Log;
}

/** Makes an agent, which does nothing until it is started. */
export function createAgent(parts: AgentParts): Agent {
  const { config, client, log } = parts;
  const clock = systemClock;
  const schedule = systemSchedule;
  const roots = rootsOf(config.hostRoot);
  const serverTime = new ServerTime({ clock, client, log });
  const describer = new MachineDescriber(config, parts.hostId);
  const enrolment = createEnrolment(parts, describer, serverTime);
  const evidence = createEvidence(config, roots);
  const runners = createCollectors(process.platform, { ...config, roots }).map(
    (collector) => new CollectorRunner(collector),
  );

  // The chain, from its end to its beginning.
  const transport = createTransport(parts, serverTime);
  const spool = createSpool(config, clock, log);
  const delivery = new Delivery({
    spool,
    transport,
    enrolment,
    client,
    clock,
    serverTime,
    schedule,
    log,
    random: Math.random,
    server: config.server,
    intervalMs: config.intervalMs,
    maxAheadMs: config.spoolMaxAgeMs,
    onRequests: (requests) => evidence?.request(requests, serverTime.wallMs()),
  });
  const ticker = new Ticker({ clock: serverTime, schedule, intervalMs: config.intervalMs });
  const sampler = new Sampler({
    ticker,
    clock: serverTime,
    runners,
    log,
    intervalMs: config.intervalMs,
    ...(evidence ? { evidence } : {}),
    onSample: (sample) => {
      const json = JSON.stringify(sample);
      delivery.add({ seq: spool.append(json), json });
    },
  });

  const reported = { config, clock, runners, sampler, spool, enrolment, delivery };
  const reporter = new StatusReporter(reported);
  return new Agent({ sampler, spool, delivery, describer, reporter, clock, schedule, log });
}

function createTransport({ config, client, ca }: AgentParts, serverTime: Clock): Transport {
  const instance = randomUUID();
  return config.transport === 'websocket'
    ? new WebSocketTransport(config.server, client, ca, instance)
    : new HttpTransport(client, () => serverTime.wallMs(), instance);
}

function createSpool(config: AgentConfig, clock: Clock, log: Log): Spool {
  return new Spool({
    folder: join(config.stateDir, 'spool'),
    maxBytes: config.spoolMaxBytes,
    maxAgeMs: config.spoolMaxAgeMs,
    clock,
    log,
  });
}

function createEnrolment(
  { config, client, log }: AgentParts,
  describer: MachineDescriber,
  serverTime: ServerTime,
): Enrolment {
  return new Enrolment({
    client,
    server: config.server,
    store: new IdentityStore(config.stateDir),
    enrollmentKey: config.enrollmentKey,
    apiKey: config.apiKey,
    describe: () => describer.describe(serverTime.clockOffsetSeconds()),
    wallMs: () => serverTime.wallMs(),
    log,
  });
}

/** Reads top processes, unless the settings forbid it. */
function createEvidence(config: AgentConfig, roots: Roots): Evidence | null {
  if (!config.evidence) return null;
  const cores = (roots.host !== null ? coreCount(roots) : null) ?? (cpus().length || 1);
  return new Evidence(process.platform, cores, roots);
}
