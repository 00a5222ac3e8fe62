/** Alerts: rules, their evaluation, notifications. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { AlertMetricsService } from './alert-metrics.service.js';
import { AlertRoundService } from './alert-round.service.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsService } from './alerts.service.js';
import { ChannelEntity } from './channels/channel.entity.js';
import { ChannelSecretsService } from './channels/channel-secrets.service.js';
import { ChannelSenderService } from './channels/channel-sender.service.js';
import { ChannelsStore } from './channels/channels.store.js';
import { OutgoingService } from './channels/outgoing/outgoing.service.js';
import { DryRunController } from './dry-run/dry-run.controller.js';
import { DryRunService } from './dry-run/dry-run.service.js';
import { EvaluationService } from './evaluation/evaluation.service.js';
import { ReadingsService } from './evaluation/readings.service.js';
import { EvidenceService } from './evidence.service.js';
import { ChannelsController } from './notifications/channels.controller.js';
import { ChannelsService } from './notifications/channels.service.js';
import { DeliveriesController } from './notifications/deliveries.controller.js';
import { DeliveriesService } from './notifications/deliveries.service.js';
import { OutboxService } from './notifications/outbox.service.js';
import { NotificationPlannerService } from './notifications/planner.service.js';
import { SilencedDeliveriesService } from './notifications/silenced-deliveries.service.js';
import { AlertEntity } from './records/alert.entity.js';
import { AlertsStore } from './records/alerts.store.js';
import { DeliveriesStore } from './records/deliveries.store.js';
import { DeliveryEntity } from './records/delivery.entity.js';
import { RuleEntity } from './rules/rule.entity.js';
import { RulesController } from './rules/rules.controller.js';
import { RulesService } from './rules/rules.service.js';
import { RulesStore } from './rules/rules.store.js';
import { HoldsService } from './silences/holds.service.js';
import { SilenceEntity } from './silences/silence.entity.js';
import { SilencesController } from './silences/silences.controller.js';
import { SilencesService } from './silences/silences.service.js';
import { SilencesStore } from './silences/silences.store.js';

@Module({
  imports: [
    AuthModule,
    MachinesModule,
    MetricsModule,
    SecretsModule,
    SettingsModule,
    TypeOrmModule.forFeature([
      RuleEntity,
      AlertEntity,
      ChannelEntity,
      DeliveryEntity,
      SilenceEntity,
    ]),
  ],
  controllers: [
    DryRunController,
    RulesController,
    AlertsController,
    ChannelsController,
    DeliveriesController,
    SilencesController,
  ],
  providers: [
    AlertMetricsService,
    AlertsService,
    AlertsStore,
    ChannelsService,
    ChannelsStore,
    DeliveriesStore,
    DeliveriesService,
    DryRunService,
    EvaluationService,
    AlertRoundService,
    EvidenceService,
    HoldsService,
    NotificationPlannerService,
    OutboxService,
    OutgoingService,
    ReadingsService,
    RulesService,
    RulesStore,
    SilencedDeliveriesService,
    SilencesService,
    SilencesStore,
    ChannelSecretsService,
    ChannelSenderService,
  ],
  exports: [AlertsService, AlertRoundService, OutboxService],
})
export class AlertsModule {}
