/** Background jobs, on one replica at a time. */
import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AlertsModule } from '../alerts/alerts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { Leader } from './leader.js';
import { LeaderLock } from './leader-lock.store.js';

@Module({
  imports: [ScheduleModule.forRoot(), AuthModule, MachinesModule, MetricsModule, AlertsModule],
  providers: [LeaderLock, Leader, JobRunner, Jobs],
})
export class SchedulerModule {}
