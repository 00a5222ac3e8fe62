/** Small things that every module may use. */
import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { RouteDurationsService } from './route-durations.service.js';

/** Provides the clock and the durations of requests everywhere. */
@Global()
@Module({ providers: [Clock, RouteDurationsService], exports: [Clock, RouteDurationsService] })
export class CommonModule {}
