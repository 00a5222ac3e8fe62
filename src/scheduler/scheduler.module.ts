/** Background jobs, on one replica at a time. */
import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AlertsModule } from '../alerts/alerts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { JobRunnerService } from './job-runner.service.js';
import { JobsService } from './jobs.service.js';
import { LeaderService } from './leader.service.js';
import { LeaderLockStore } from './leader-lock.store.js';

@Module({
  imports: [ScheduleModule.forRoot(), AuthModule, MachinesModule, MetricsModule, AlertsModule],
  providers: [LeaderLockStore, LeaderService, JobRunnerService, JobsService],
})
export class SchedulerModule {}
