/** Small things that every module may use. */
import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { RouteDurations } from './route-durations.js';

/** Provides the clock and the durations of requests everywhere. */
@Global()
@Module({ providers: [Clock, RouteDurations], exports: [Clock, RouteDurations] })
export class CommonModule {}
