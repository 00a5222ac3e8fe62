/** What operators and their tools look at: /metrics, /health and how the server is doing. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { DatabaseProbeStore } from './database-probe.store.js';
import { HealthController } from './health.controller.js';
import { HttpDurationsService } from './http-durations.service.js';
import { MachineMetricsService } from './machine-metrics.service.js';
import { ProcessMetricsService } from './process-metrics.service.js';
import { PrometheusController } from './prometheus.controller.js';
import { ReplicaEntity } from './replicas/replica.entity.js';
import { ReplicaPresenceService } from './replicas/replica-presence.service.js';
import { ReplicasStore } from './replicas/replicas.store.js';
import { ServerController } from './server.controller.js';
import { ServerStatusService } from './server-status.service.js';

@Module({
  imports: [MachinesModule],
  providers: [MachineMetricsService],
  exports: [MachineMetricsService],
})
class MachineMetricsModule {}

@Module({
  imports: [
    AuthModule,
    MachinesModule,
    TypeOrmModule.forFeature([ReplicaEntity]),
    {
      ...PrometheusModule.register({ controller: PrometheusController }),
      imports: [MachineMetricsModule],
    },
  ],
  controllers: [HealthController, ServerController],
  providers: [
    DatabaseProbeStore,
    HttpDurationsService,
    ProcessMetricsService,
    ReplicaPresenceService,
    ReplicasStore,
    ServerStatusService,
  ],
})
export class ObservabilityModule {}
