/** What operators and their tools look at: /metrics and /health. */
import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { DatabaseProbeStore } from './database-probe.store.js';
import { HealthController } from './health.controller.js';
import { HttpDurationsService } from './http-durations.service.js';
import { MachineMetricsService } from './machine-metrics.service.js';
import { ProcessMetricsService } from './process-metrics.service.js';
import { PrometheusController } from './prometheus.controller.js';

@Module({
  imports: [MachinesModule],
  providers: [MachineMetricsService],
  exports: [MachineMetricsService],
})
class MachineMetricsModule {}

@Module({
  imports: [
    AuthModule,
    {
      ...PrometheusModule.register({ controller: PrometheusController }),
      imports: [MachineMetricsModule],
    },
  ],
  controllers: [HealthController],
  providers: [DatabaseProbeStore, HttpDurationsService, ProcessMetricsService],
})
export class ObservabilityModule {}
