/** The evaluation of alert rules as the server wires it, on a store under test. */
import { DataSource } from 'typeorm';
import { AlertEntity } from '../../src/alerts/alert.entity.js';
import { AlertsStore } from '../../src/alerts/alerts.store.js';
import { EvaluationService } from '../../src/alerts/evaluation/evaluation.service.js';
import { ReadingFeed } from '../../src/alerts/evaluation/reading-feed.js';
import { EvidenceCollector } from '../../src/alerts/evidence.js';
import { ChannelEntity } from '../../src/alerts/notifications/channel.entity.js';
import { ChannelsStore } from '../../src/alerts/notifications/channels.store.js';
import { DeliveriesStore } from '../../src/alerts/notifications/deliveries.store.js';
import { DeliveryEntity } from '../../src/alerts/notifications/delivery.entity.js';
import { NotificationPlanner } from '../../src/alerts/notifications/planner.js';
import { RuleEntity } from '../../src/alerts/rules/rule.entity.js';
import { RulesStore } from '../../src/alerts/rules/rules.store.js';
import type { Clock } from '../../src/common/clock.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import type { DomainEvents } from '../../src/domain-events/domain-events.js';
import { MachineEntity } from '../../src/machines/machine.entity.js';
import { MachineDirectory } from '../../src/machines/machine-directory.js';
import { MachineStateEntity } from '../../src/machines/machine-state.entity.js';
import { MachineStatesStore } from '../../src/machines/machine-states.store.js';
import { MachinesStore } from '../../src/machines/machines.store.js';
import { Presence } from '../../src/machines/presence.js';
import { PushWishes } from '../../src/metrics/ingest/push-wishes.js';
import type { MetricsStore } from '../../src/metrics/store/metrics-store.js';
import type { TestStore } from './store.js';

/** A connection that knows what alerts need, to the database of `test`. */
export function openAlertsSource(test: TestStore): Promise<DataSource> {
  const entities = [
    RuleEntity,
    AlertEntity,
    ChannelEntity,
    DeliveryEntity,
    MachineEntity,
    MachineStateEntity,
  ];
  const options = dataSourceOptions(test.config);
  return new DataSource({ ...options, entities } as typeof options).initialize();
}

/** One replica's presence of the machines in the database. */
export function presenceOn(source: DataSource, clock: Clock, events: DomainEvents) {
  const machines = new MachinesStore(source.getRepository(MachineEntity));
  const directory = new MachineDirectory(machines, clock);
  const states = new MachineStatesStore(source.getRepository(MachineStateEntity));
  return { directory, presence: new Presence(events, states, machines, directory, clock) };
}

/** One replica's evaluation, which reads from `store`. */
export function evaluationOn(
  { store }: { store: MetricsStore },
  source: DataSource,
  clock: Clock,
  events: DomainEvents,
): EvaluationService {
  const alerts = new AlertsStore(
    source.getRepository(AlertEntity),
    source.getRepository(DeliveryEntity),
  );
  const { presence, directory } = presenceOn(source, clock, events);
  return new EvaluationService(
    new RulesStore(source.getRepository(RuleEntity), source.getRepository(AlertEntity)),
    alerts,
    directory,
    presence,
    new ReadingFeed(store, presence),
    new NotificationPlanner(
      new ChannelsStore(source.getRepository(ChannelEntity)),
      new DeliveriesStore(source.getRepository(DeliveryEntity)),
    ),
    new EvidenceCollector(alerts, new PushWishes(clock), clock, events),
    events,
    clock,
  );
}
