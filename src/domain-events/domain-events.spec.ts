import { Logger } from '@nestjs/common';
import { DomainEvents } from './domain-events.js';

describe('domain events', () => {
  it('reach every listener, and a listener that fails is counted and never felt', async () => {
    Logger.overrideLogger(false);
    const events = new DomainEvents();
    const heard: string[] = [];
    events.on('machine.deleted', () => {
      throw new Error('sync');
    });
    events.on('machine.deleted', async () => {
      throw new Error('async');
    });
    events.on('machine.deleted', ({ machine_id }) => {
      heard.push(machine_id);
    });
    events.publish('machine.deleted', { machineKey: 1, machine_id: 'one' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['one']);
    expect(events.failures.get('machine.deleted')).toBe(2);
  });
});
