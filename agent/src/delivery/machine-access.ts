/** Whether the server takes this machine, and as whom: registers it, and waits where it is refused. */
import type { Enrolment } from '../identity/enrolment.js';
import type { Identity } from '../identity/identity.js';
import type { Log } from '../shared/log.js';
import type { Outcome } from './transport/outcome.js';

/** Shortest time between two attempts of a refused machine to enrol by itself. */
const ENROL_RETRY_MS = 60_000;
/** How often the host's facts are compared with those that the server knows. */
const FACTS_EVERY_MS = 10 * 60_000;

export interface MachineAccessParts {
  enrolment: Enrolment;
  log: Log;
  server: URL;
  random(): number;
}

/** The outcome of asking for an identity to send with. */
export type AccessOutcome =
  | { kind: 'known' | 'registered'; identity: Identity }
  | { kind: 'retry'; reason: string; afterMs?: number }
  | { kind: 'refused'; problem: string };

/** The access of one machine to one server. */
export class MachineAccess {
  private blockedBy: { revoked: boolean; version: string | null } | null = null;
  private enrolFromMs = Number.NEGATIVE_INFINITY;
  private factsFromMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: MachineAccessParts) {}

  /** True from a refusal of this machine until the next attempt. */
  get isBlocked(): boolean {
    return this.blockedBy !== null;
  }

  /** Has the host's facts compared with the next identity. */
  factsChanged(): void {
    this.factsFromMs = Number.NEGATIVE_INFINITY;
  }

  /** Begins an attempt, unless this machine is refused and it is too early for another one. */
  beginAttempt(nowMs: number): boolean {
    if (!this.isRefused()) return true;
    const revoked = this.blockedBy?.revoked ?? false;
    if (nowMs < this.enrolFromMs || !this.parts.enrolment.mayEnrolAgain(revoked)) return false;
    this.delayEnrolment(nowMs);
    return true;
  }

  /** The identity to send with; registers first if there is none. */
  async obtainIdentity(nowMs: number, abort: AbortSignal): Promise<AccessOutcome> {
    const { enrolment, server, log } = this.parts;
    const known = this.isRefused() ? null : enrolment.current();
    this.blockedBy = null;
    if (known) {
      if (nowMs < this.factsFromMs) return { kind: 'known', identity: known };
      await this.updateFacts(nowMs, abort);
      return { kind: 'known', identity: enrolment.current() ?? known };
    }
    const result = await enrolment.enrol(abort);
    switch (result.kind) {
      case 'registered':
        this.factsFromMs = nowMs + FACTS_EVERY_MS;
        log.info(`registered with ${server.href} as machine ${result.identity.machineId}`);
        return result;
      case 'refused':
        this.block(false);
        this.delayEnrolment(nowMs);
        return {
          kind: 'refused',
          problem: `the server does not register this machine: ${result.reason}`,
        };
      case 'retry':
        return result;
    }
  }

  /** Notes that the server refused a push for its machine; returns the problem in words. */
  noteRefusal(outcome: Extract<Outcome, { kind: 'unauthorized' | 'unknown_machine' }>): string {
    const revoked = outcome.kind === 'unauthorized' && outcome.revoked;
    this.block(revoked);
    const what = outcome.kind === 'unauthorized' ? 'refuses the key' : 'does not know this machine';
    const mend = this.parts.enrolment.mayEnrolAgain(revoked)
      ? 'enrolling again'
      : this.advice(revoked);
    return `the server ${what}: ${outcome.reason}; ${mend}`;
  }

  /** Sends changed facts about this host to the server; samples are sent even if that fails. */
  private async updateFacts(nowMs: number, abort: AbortSignal): Promise<void> {
    const { enrolment, log } = this.parts;
    this.factsFromMs = nowMs + FACTS_EVERY_MS;
    enrolment.retrySaving();
    if (!enrolment.needsUpdate()) return;
    const result = await enrolment.update(abort);
    if (result.kind === 'registered') log.info('told the server what changed about this machine');
    else log.debug(`what changed about this machine is not told yet: ${result.reason}`);
  }

  private block(revoked: boolean): void {
    this.blockedBy = { revoked, version: this.parts.enrolment.storedVersion() };
  }

  private delayEnrolment(nowMs: number): void {
    this.enrolFromMs = nowMs + ENROL_RETRY_MS * (1 + this.parts.random() / 2);
  }

  /** True if the server refused the identity that is still the stored one. */
  private isRefused(): boolean {
    if (!this.blockedBy) return false;
    const version = this.parts.enrolment.storedVersion();
    return version === null || version === this.blockedBy.version;
  }

  private advice(revoked: boolean): string {
    if (this.parts.enrolment.hasGivenKey) {
      return 'samples are kept; give a good key with --api-key or PROCSPY_API_KEY';
    }
    const copy = 'if a copy of this machine took its place, give each its own --fingerprint';
    return `samples are kept; enrol again with \`procspy-agent enroll\`${revoked ? `; ${copy}` : ''}`;
  }
}
