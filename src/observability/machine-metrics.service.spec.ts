import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { MachineStateEntity } from '../machines/presence/machine-state.entity.js';
import { MachineStatesStore } from '../machines/presence/machine-states.store.js';
import { PresenceService } from '../machines/presence/presence.service.js';
import { MachineEntity } from '../machines/registry/machine.entity.js';
import { MachineDirectoryService } from '../machines/registry/machine-directory.service.js';
import { MachinesStore } from '../machines/registry/machines.store.js';
import { MachineMetricsService } from './machine-metrics.service.js';

class SetClock extends Clock {
  time = 1_800_000_000_000;
  override now(): number {
    return this.time;
  }
}

describe('metrics of machines', () => {
  const warnings: string[] = [];

  beforeAll(() => {
    const ignore = () => undefined;
    Logger.overrideLogger({
      log: ignore,
      error: ignore,
      warn: (message) => warnings.push(message),
    });
  });

  it('are those of the last scrape while the database is away, until machines fall silent', async () => {
    const dataSource = new DataSource({
      ...dataSourceOptions({ dialect: 'sqlite', file: ':memory:' }),
      entities: [MachineEntity, MachineStateEntity],
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
    const clock = new SetClock();
    await dataSource.getRepository(MachineEntity).insert({
      key: 1,
      machine_id: 'm-1',
      identity: 'name:web',
      machine_name: 'web',
      os: 'linux',
      agent_version: '1',
      tags: [],
      host: {},
      interval_seconds: 5,
      registered_at: clock.now(),
      identity_conflict_at: null,
      deleted_at: null,
      reported_name: 'web',
      reported_tags: [],
      changed_at: clock.now(),
    });
    const events = new DomainEvents();
    const machines = new MachinesStore(dataSource.getRepository(MachineEntity));
    const directory = new MachineDirectoryService(machines, clock);
    const states = new MachineStatesStore(dataSource.getRepository(MachineStateEntity));
    const presence = new PresenceService(events, states, machines, directory, clock);
    await presence.onModuleInit();
    events.publish('metrics.stored', {
      samples: [{ machineKey: 1, machine_id: 'm-1', timestamp: clock.now(), values: { cpu: 50 } }],
    });
    const metrics = new MachineMetricsService(directory, presence);
    const scrape = async () => {
      await metrics.prepare();
      return (await register.metrics()).split('\n').filter((line) => line.includes('m-1'));
    };
    const labels = '{machine_id="m-1",machine="web"}';
    const up = `procspy_machine_up${labels} 1`;
    const cpu = `procspy_machine_cpu_usage_ratio${labels} 0.5`;
    expect(await scrape()).toEqual(expect.arrayContaining([up, cpu]));
    expect(warnings).toEqual([]);
    await dataSource.destroy();
    clock.time += 10_000;
    expect(await scrape()).toEqual(expect.arrayContaining([up, cpu]));
    clock.time += 10_000;
    expect(await scrape()).toContain(`procspy_machine_up${labels} 0`);
    expect(await scrape()).not.toContain(cpu);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(/^machines as of an earlier scrape: .*not open/);
  });
});
