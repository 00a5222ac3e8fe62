/** Small things that every module may use. */
import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { RedisService } from './redis.service.js';
import { RouteDurationsService } from './route-durations.service.js';

const providers = [Clock, RedisService, RouteDurationsService];

/** Provides the clock, Redis and the durations of requests everywhere. */
@Global()
@Module({ providers, exports: providers })
export class CommonModule {}
