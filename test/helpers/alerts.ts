/** The evaluation of alert rules as the server wires it, on a store under test. */
import { DataSource } from 'typeorm';
import { AlertRoundService } from '../../src/alerts/alert-round.service.js';
import { ChannelEntity } from '../../src/alerts/channels/channel.entity.js';
import { ChannelsStore } from '../../src/alerts/channels/channels.store.js';
import { EvaluationService } from '../../src/alerts/evaluation/evaluation.service.js';
import { ReadingsService } from '../../src/alerts/evaluation/readings.service.js';
import { EvidenceService } from '../../src/alerts/evidence.service.js';
import { NotificationPlannerService } from '../../src/alerts/notifications/planner.service.js';
import { AlertEntity } from '../../src/alerts/records/alert.entity.js';
import { AlertsStore } from '../../src/alerts/records/alerts.store.js';
import { DeliveriesStore } from '../../src/alerts/records/deliveries.store.js';
import { DeliveryEntity } from '../../src/alerts/records/delivery.entity.js';
import { RuleEntity } from '../../src/alerts/rules/rule.entity.js';
import { RulesStore } from '../../src/alerts/rules/rules.store.js';
import { HoldsService } from '../../src/alerts/silences/holds.service.js';
import { SilenceEntity } from '../../src/alerts/silences/silence.entity.js';
import { SilencesStore } from '../../src/alerts/silences/silences.store.js';
import type { Clock } from '../../src/common/clock.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import type { DomainEvents } from '../../src/domain-events/domain-events.js';
import { MachineStateEntity } from '../../src/machines/presence/machine-state.entity.js';
import { MachineStatesStore } from '../../src/machines/presence/machine-states.store.js';
import { PresenceService } from '../../src/machines/presence/presence.service.js';
import { MachineEntity } from '../../src/machines/registry/machine.entity.js';
import { MachineDirectoryService } from '../../src/machines/registry/machine-directory.service.js';
import { MachinesStore } from '../../src/machines/registry/machines.store.js';
import { AgentRequestsService } from '../../src/metrics/ingest/agent-requests.service.js';
import type { MetricsStore } from '../../src/metrics/store/metrics-store.js';
import type { TestStore } from './store.js';

/** A connection that knows what alerts need, to the database of `test`. */
export function openAlertsSource(test: TestStore): Promise<DataSource> {
  const entities = [
    RuleEntity,
    AlertEntity,
    ChannelEntity,
    DeliveryEntity,
    SilenceEntity,
    MachineEntity,
    MachineStateEntity,
  ];
  const options = dataSourceOptions(test.config);
  return new DataSource({ ...options, entities } as typeof options).initialize();
}

/** One replica's presence of the machines in the database. */
export function presenceOn(source: DataSource, clock: Clock, events: DomainEvents) {
  const machines = new MachinesStore(source.getRepository(MachineEntity));
  const directory = new MachineDirectoryService(machines, clock);
  const states = new MachineStatesStore(source.getRepository(MachineStateEntity));
  return { directory, presence: new PresenceService(events, states, machines, directory, clock) };
}

/** One replica's rounds of alerting, which read from `store`. */
export function alertRoundOn(
  { store }: { store: MetricsStore },
  source: DataSource,
  clock: Clock,
  events: DomainEvents,
): AlertRoundService {
  const alerts = new AlertsStore(
    source.getRepository(AlertEntity),
    source.getRepository(DeliveryEntity),
  );
  const { presence, directory } = presenceOn(source, clock, events);
  const evaluation = new EvaluationService(
    new RulesStore(source.getRepository(RuleEntity), source.getRepository(AlertEntity)),
    alerts,
    directory,
    presence,
    new ReadingsService(store, presence),
    events,
  );
  const planner = new NotificationPlannerService(
    new ChannelsStore(source.getRepository(ChannelEntity)),
    new DeliveriesStore(source.getRepository(DeliveryEntity)),
  );
  const holds = new HoldsService(new SilencesStore(source.getRepository(SilenceEntity)), directory);
  const evidence = new EvidenceService(alerts, new AgentRequestsService(clock), clock, events);
  return new AlertRoundService(evaluation, planner, alerts, holds, evidence, events, clock);
}
