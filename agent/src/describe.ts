/** What this machine tells of itself at registration. */
import { platform } from 'node:os';
import type { HostFacts } from '../../src/contracts/index.js';
import type { AgentConfig } from './config.js';
import type { MachineDescription } from './enrolment.js';
import { readHostFacts } from './host/facts.js';
import { linuxHostId, readFingerprint } from './host/fingerprint.js';
import { AGENT_VERSION } from './version.js';

/** Answers the description of this machine, with its facts as they are at each call. */
export function machineDescriber(
  config: AgentConfig,
  extraFacts: () => HostFacts = () => ({}),
): () => MachineDescription {
  let fingerprint: string | null | undefined;
  return () => {
    fingerprint ??= readFingerprint(config.fingerprint, hostId, config.stateDir);
    return {
      name: config.name,
      os: platform(),
      version: AGENT_VERSION,
      fingerprint,
      tags: config.tags,
      intervalMs: config.intervalMs,
      host: readHostFacts(extraFacts()),
    };
  };
}

function hostId(): string | null {
  return platform() === 'linux' ? linuxHostId() : null;
}
