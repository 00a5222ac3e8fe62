import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { MachineEntity } from '../registry/machine.entity.js';
import { MachineDirectoryService } from '../registry/machine-directory.service.js';
import { MachinesStore } from '../registry/machines.store.js';
import { MachineStateEntity } from './machine-state.entity.js';
import { MachineStatesStore } from './machine-states.store.js';
import { PresenceService } from './presence.service.js';

class SetClock extends Clock {
  time = 1_800_000_000_000;
  override now(): number {
    return this.time;
  }
}

const term = new AbortController().signal;

describe('presence', () => {
  let dataSource: DataSource;
  let clock: SetClock;
  let warnings: string[];

  beforeAll(() => {
    const ignore = () => undefined;
    Logger.overrideLogger({
      log: ignore,
      error: ignore,
      warn: (message) => warnings.push(message),
    });
  });

  beforeEach(async () => {
    warnings = [];
    clock = new SetClock();
    dataSource = new DataSource({
      ...dataSourceOptions({ dialect: 'sqlite', file: ':memory:' }),
      entities: [MachineEntity, MachineStateEntity],
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
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
  });
  afterEach(() => dataSource.destroy());

  /** A server's presence on the shared database. */
  async function start() {
    const events = new DomainEvents();
    const statuses: string[] = [];
    events.on('machine.status-changed', ({ machine }) => {
      statuses.push(machine.status);
    });
    const machines = new MachinesStore(dataSource.getRepository(MachineEntity));
    const presence = new PresenceService(
      events,
      new MachineStatesStore(dataSource.getRepository(MachineStateEntity)),
      machines,
      new MachineDirectoryService(machines, clock),
      clock,
    );
    await presence.onModuleInit();
    const push = (cpu: number, timestamp = clock.now()) =>
      events.publish('metrics.stored', {
        samples: [{ machineKey: 1, machine_id: 'm-1', timestamp, values: { cpu } }],
      });
    return { presence, statuses, push, events };
  }

  /** As the scheduler does it. */
  async function sweepFor(presence: PresenceService, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5_000) {
      clock.time += 5_000;
      await presence.sweep(term);
    }
  }

  it('publishes each change of status once', async () => {
    const { presence, statuses, push } = await start();
    await presence.sweep(term);
    push(1);
    await presence.sweep(term);
    await presence.sweep(term);
    await sweepFor(presence, 20_000);
    push(2);
    await presence.sweep(term);
    expect(statuses).toEqual(['online', 'offline', 'online']);
  });

  it('goes on where the server before stopped', async () => {
    const before = await start();
    before.push(42);
    await before.presence.sweep(term);
    await before.presence.onApplicationShutdown();
    clock.time += 60_000;
    const after = await start();
    expect(after.presence.metric(1, 'cpu')).toBe(42);
    await after.presence.sweep(term);
    // The machine had no server to report to meanwhile; now it has, and does not come.
    expect(after.statuses).toEqual([]);
    await sweepFor(after.presence, 75_000);
    expect(after.statuses).toEqual([]);
    await sweepFor(after.presence, 5_000);
    expect(after.statuses).toEqual(['offline']);
  });

  it("takes an outage of its own for nobody's silence", async () => {
    const { presence, statuses, push } = await start();
    push(1);
    await presence.sweep(term);
    // Neither the database nor this process was there to hear anybody.
    clock.time += 120_000;
    await presence.sweep(term);
    await sweepFor(presence, 75_000);
    expect(statuses).toEqual(['online']);
    await sweepFor(presence, 10_000);
    expect(statuses).toEqual(['online', 'offline']);
  });

  it('keeps what could not be written, and writes it later', async () => {
    const { presence, push } = await start();
    push(7);
    await dataSource.query('ALTER TABLE machine_states RENAME TO away');
    await presence.flush();
    expect(warnings).toEqual([expect.stringMatching(/^presence could not be written: .*no such/)]);
    await dataSource.query('ALTER TABLE away RENAME TO machine_states');
    await presence.flush();
    expect(await dataSource.getRepository(MachineStateEntity).find()).toMatchObject([
      { machine: 1, last_seen_at: clock.now() },
    ]);
  });

  it('shows two agents under one identity for ten minutes, also to the next server', async () => {
    const { presence, events } = await start();
    const told: boolean[] = [];
    events.on('machine.updated', ({ machine }) => {
      told.push(machine.identity_conflict);
    });
    for (const instance of ['a', 'b', 'a', 'b']) {
      presence.noteInstance(1, instance);
    }
    await presence.flush();
    await presence.flush();
    expect(told).toEqual([true]);
    expect(warnings).toEqual([expect.stringMatching(/^two agents push as one machine/)]);
    const row = () => dataSource.getRepository(MachineEntity).findOneByOrFail({ key: 1 });
    const next = await start();
    expect(next.presence.summary(await row()).identity_conflict).toBe(true);
    clock.time += 600_000;
    expect(next.presence.summary(await row()).identity_conflict).toBe(false);
  });

  it('ignores names of agent processes that are none', async () => {
    const { presence } = await start();
    const long = 'x'.repeat(65);
    for (const instance of [long, 'b', long]) {
      presence.noteInstance(1, instance);
    }
    const row = await dataSource.getRepository(MachineEntity).findOneByOrFail({ key: 1 });
    expect(presence.summary(row).identity_conflict).toBe(false);
  });

  it('forgets a deleted machine', async () => {
    const { presence, push, events } = await start();
    push(1);
    events.publish('machine.deleted', { machineKey: 1, machine_id: 'm-1' });
    expect(presence.lastSeenAt(1)).toBeNull();
  });
});
