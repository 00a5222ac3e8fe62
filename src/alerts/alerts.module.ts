/** Alerts: rules, their evaluation, notifications. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { AlertEntity } from './alert.entity.js';
import { AlertMetrics } from './alert-metrics.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsService } from './alerts.service.js';
import { AlertsStore } from './alerts.store.js';
import { DryRunService } from './evaluation/dry-run.service.js';
import { EvaluationService } from './evaluation/evaluation.service.js';
import { ReadingFeed } from './evaluation/reading-feed.js';
import { EvidenceCollector } from './evidence.js';
import { ChannelEntity } from './notifications/channel.entity.js';
import { ChannelSecretsService } from './notifications/channel-secrets.service.js';
import { ChannelsController } from './notifications/channels.controller.js';
import { ChannelsService } from './notifications/channels.service.js';
import { ChannelsStore } from './notifications/channels.store.js';
import { DeliveriesController } from './notifications/deliveries.controller.js';
import { DeliveriesService } from './notifications/deliveries.service.js';
import { DeliveriesStore } from './notifications/deliveries.store.js';
import { DeliveryEntity } from './notifications/delivery.entity.js';
import { Outbox } from './notifications/outbox.js';
import { Outgoing } from './notifications/outgoing/outgoing.js';
import { NotificationPlanner } from './notifications/planner.js';
import { Sender } from './notifications/sender.js';
import { RuleEntity } from './rules/rule.entity.js';
import { RulesController } from './rules/rules.controller.js';
import { RulesService } from './rules/rules.service.js';
import { RulesStore } from './rules/rules.store.js';

@Module({
  imports: [
    AuthModule,
    MachinesModule,
    MetricsModule,
    SecretsModule,
    SettingsModule,
    TypeOrmModule.forFeature([RuleEntity, AlertEntity, ChannelEntity, DeliveryEntity]),
  ],
  controllers: [RulesController, AlertsController, ChannelsController, DeliveriesController],
  providers: [
    AlertMetrics,
    AlertsService,
    AlertsStore,
    ChannelsService,
    ChannelsStore,
    DeliveriesStore,
    DeliveriesService,
    DryRunService,
    EvaluationService,
    EvidenceCollector,
    NotificationPlanner,
    Outbox,
    Outgoing,
    ReadingFeed,
    RulesService,
    RulesStore,
    ChannelSecretsService,
    Sender,
  ],
  exports: [AlertsService, EvaluationService, Outbox],
})
export class AlertsModule {}
