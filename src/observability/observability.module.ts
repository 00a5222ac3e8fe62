/** What operators and their tools look at: /metrics and /health. */
import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { DatabaseProbe } from './database-probe.store.js';
import { HealthController } from './health.controller.js';
import { HttpDurations } from './http-durations.js';
import { MachineMetrics } from './machine-metrics.js';
import { ProcessMetrics } from './process-metrics.js';
import { PrometheusController } from './prometheus.controller.js';

@Module({
  imports: [MachinesModule],
  providers: [MachineMetrics],
  exports: [MachineMetrics],
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
  providers: [DatabaseProbe, HttpDurations, ProcessMetrics],
})
export class ObservabilityModule {}
