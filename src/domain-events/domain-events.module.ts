/** Provides the event bus everywhere. */
import { Global, Module } from '@nestjs/common';
import { DomainEvents } from './domain-events.js';

/** One bus for the whole process. */
@Global()
@Module({ providers: [DomainEvents], exports: [DomainEvents] })
export class DomainEventsModule {}
