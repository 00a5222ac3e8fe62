/** The bus between modules: typed, in process, after commit. */
import { Injectable, Logger } from '@nestjs/common';
import type { DomainEventMap, DomainEventName } from './event-map.js';

type Listener<name extends DomainEventName> = (
  payload: DomainEventMap[name],
) => void | Promise<void>;

/** Publishes events to listeners; a listener that fails is logged and counted, never felt. */
@Injectable()
export class DomainEvents {
  private readonly logger = new Logger(DomainEvents.name);
  private readonly listeners = new Map<DomainEventName, Listener<DomainEventName>[]>();
  /** Failures of listeners since the start, by event. */
  readonly failures = new Map<DomainEventName, number>();

  /** Calls `listener` on every later event of that name, in the order of registration. */
  on<name extends DomainEventName>(event: name, listener: Listener<name>): void {
    const list = this.listeners.get(event) ?? [];
    list.push(listener as Listener<DomainEventName>);
    this.listeners.set(event, list);
  }

  /** Tells every listener; returns at once, whatever they do. */
  publish<name extends DomainEventName>(event: name, payload: DomainEventMap[name]): void {
    for (const listener of this.listeners.get(event) ?? []) {
      try {
        const outcome = listener(payload);
        if (outcome instanceof Promise) {
          outcome.catch((error: unknown) => this.failed(event, error));
        }
      } catch (error) {
        this.failed(event, error);
      }
    }
  }

  private failed(event: DomainEventName, error: unknown): void {
    this.failures.set(event, (this.failures.get(event) ?? 0) + 1);
    this.logger.error(`a listener of ${event} failed`, error);
  }
}
