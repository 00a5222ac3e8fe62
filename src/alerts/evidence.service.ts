/** Top processes of machines whose CPU or memory is in trouble: asked for, and kept in the alert. */
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { PeriodicTask } from '../common/periodic-task.js';
import type { ProcessEvidence } from '../contracts/index.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { AgentRequestsService } from '../metrics/ingest/agent-requests.service.js';
import { AlertsStore } from './records/alerts.store.js';

/** How often replicas look whose evidence is wanted, and write what came. */
const ROUND_MS = 2_000;
/** An answer asks for evidence this far ahead; the next round asks again. */
const ASK_MS = 20_000;
/** Machines whose evidence one replica keeps between two rounds. */
const MAX_MACHINES = 1_000;

/** Metrics that processes explain. */
const EVIDENCE_METRICS = ['cpu', 'ram', 'swap'];

/** Works on every replica: agents push to any of them. */
@Injectable()
export class EvidenceService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Alerts that want evidence, by machine. */
  private wanted = new Map<number, string[]>();
  private readonly received = new Map<number, ProcessEvidence[]>();
  private readonly task = new PeriodicTask({
    name: EvidenceService.name,
    everyMs: ROUND_MS,
    run: () => this.writeAndLook(),
  });

  constructor(
    private readonly alerts: AlertsStore,
    private readonly requests: AgentRequestsService,
    private readonly clock: Clock,
    events: DomainEvents,
  ) {
    events.on('metrics.stored', ({ samples }) => {
      for (const { machineKey: machine, evidence } of samples) {
        if (evidence && evidence.length > 0 && this.wanted.has(machine)) {
          this.receive(machine, evidence);
        }
      }
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Asks at once for the evidence of alerts that have just become pending here. */
  request(alerts: readonly { id: string; machine: number; rule: { metric: string } }[]): void {
    for (const { id, machine, rule } of alerts) {
      if (EVIDENCE_METRICS.includes(rule.metric)) {
        this.ask(machine, [...(this.wanted.get(machine) ?? []), id]);
      }
    }
  }

  private async writeAndLook(): Promise<void> {
    for (const [machine, evidence] of [...this.received]) {
      await this.alerts.keepEvidence(this.wanted.get(machine) ?? [], evidence);
      this.received.delete(machine);
    }
    const wanted = new Map<number, string[]>();
    for (const { id, machine } of await this.alerts.wantingEvidence(EVIDENCE_METRICS)) {
      wanted.set(machine, [...(wanted.get(machine) ?? []), id]);
    }
    this.wanted = new Map();
    for (const [machine, ids] of wanted) {
      this.ask(machine, ids);
    }
  }

  private ask(machineKey: number, ids: string[]): void {
    this.wanted.set(machineKey, ids);
    this.requests.requestEvidence(machineKey, this.clock.now() + ASK_MS);
  }

  private receive(machineKey: number, evidence: ProcessEvidence[]): void {
    if (this.received.has(machineKey) || this.received.size < MAX_MACHINES) {
      this.received.set(machineKey, evidence);
    }
  }
}
