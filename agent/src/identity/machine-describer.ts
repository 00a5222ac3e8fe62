/** What this machine reports about itself at registration. */
import { platform } from 'node:os';
import type { HostFacts } from '../../../src/contracts/index.js';
import type { AgentConfig } from '../config/config.js';
import { cardNames } from '../host/card-names.js';
import { readHostFacts } from '../host/facts.js';
import { readFingerprint } from '../host/fingerprint.js';
import { parseHelperOutput } from '../host/helper.js';
import { runCommand } from '../shared/commands.js';
import { errorMessage } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { rootsOf } from '../shared/roots.js';
import { AGENT_VERSION } from '../shared/version.js';
import type { MachineDescription } from './enrolment.js';

const HELPER_TIMEOUT_MS = 60_000;

/** Describes this machine anew at each call. */
export class MachineDescriber {
  private readonly roots;
  private extra: HostFacts = {};
  private fingerprint: string | null | undefined;

  constructor(
    private readonly config: AgentConfig,
    private readonly hostId: string | null,
  ) {
    this.roots = rootsOf(config.hostRoot);
  }

  /** `clockOffsetSeconds` is that of the registration's body. */
  describe(clockOffsetSeconds: number | null): MachineDescription {
    const { config } = this;
    this.fingerprint ??= readFingerprint(config.fingerprint, this.hostId, config.stateDir);
    return {
      name: config.name,
      os: platform(),
      version: AGENT_VERSION,
      fingerprint: this.fingerprint,
      tags: config.tags,
      intervalMs: config.intervalMs,
      clockOffsetSeconds,
      host: readHostFacts(this.extra, this.roots),
    };
  }

  /** Collects the facts that take longer or need a helper process; true if there are any. Never throws. */
  async learnMore(log: Log): Promise<boolean> {
    if (platform() === 'linux' || this.roots.host !== null) {
      const gpus = cardNames(this.roots);
      this.extra = gpus.length > 0 ? { gpus } : {};
      return gpus.length > 0;
    }
    try {
      this.extra = parseHelperOutput(await runCommand('hostFacts', HELPER_TIMEOUT_MS));
      return Object.keys(this.extra).length > 0;
    } catch (error) {
      log.debug(`some facts about this host are unknown: ${errorMessage(error)}`);
      return false;
    }
  }
}
