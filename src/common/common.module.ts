/** Small things that every module may use. */
import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { JobReportsService } from './job-reports.service.js';
import { RedisService } from './redis.service.js';
import { RouteDurationsService } from './route-durations.service.js';

const providers = [Clock, JobReportsService, RedisService, RouteDurationsService];

/** Provides the clock, Redis, the durations of requests and the reports of jobs everywhere. */
@Global()
@Module({ providers, exports: providers })
export class CommonModule {}
