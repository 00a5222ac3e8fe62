/** What the server asks of agents in its answers to pushes; never a command to run. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { AgentRequests } from '../../contracts/index.js';

/** Keeps, per machine, until when its agent should attach evidence. */
@Injectable()
export class AgentRequestsService {
  private readonly evidenceUntil = new Map<number, number>();

  constructor(private readonly clock: Clock) {}

  /** Asks the machine's agent for evidence until `until` (epoch milliseconds). */
  requestEvidence(machineKey: number, until: number): void {
    this.evidenceUntil.set(machineKey, until);
  }

  /** The part of an answer that carries requests to the machine's agent, if there are any. */
  requestsFor(machineKey: number): { wants?: AgentRequests } {
    if (this.evidenceUntil.size === 0) {
      return {};
    }
    const until = this.evidenceUntil.get(machineKey);
    if (until === undefined) {
      return {};
    }
    if (until <= this.clock.now()) {
      this.evidenceUntil.delete(machineKey);
      return {};
    }
    return { wants: { evidence_until: until } };
  }
}
