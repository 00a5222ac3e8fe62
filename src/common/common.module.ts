/** Small things that every module may use. */
import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';

/** Provides the clock everywhere. */
@Global()
@Module({ providers: [Clock], exports: [Clock] })
export class CommonModule {}
