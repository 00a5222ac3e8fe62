/** A leader whose term ends in the middle of its work, and the one after it. */
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { AlertRoundService } from '../../src/alerts/alert-round.service.js';
import { AlertEntity } from '../../src/alerts/records/alert.entity.js';
import { RuleEntity } from '../../src/alerts/rules/rule.entity.js';
import { definitionOf } from '../../src/alerts/rules/rule-check.js';
import { Clock } from '../../src/common/clock.js';
import { DomainEvents } from '../../src/domain-events/domain-events.js';
import type { MetricsStore } from '../../src/metrics/store/metrics-store.js';
import { alertRoundOn, openAlertsSource, presenceOn } from '../helpers/alerts.js';
import { DATABASES } from '../helpers/server.js';
import { openTestStore, storeSample, type TestStore } from '../helpers/store.js';
import { waitFor } from '../helpers/wait.js';

const START = Date.now();
/** More than one read of the feed takes. */
const MACHINES = 1_200;

/** The clock of the test. */
class TestClock extends Clock {
  time = START;
  override now(): number {
    return this.time;
  }
}

interface Replica {
  service: AlertRoundService;
  opened: string[];
}

beforeAll(() => Logger.overrideLogger(false));

describe.each(DATABASES)('the term of a leader on %s', (database) => {
  let test: TestStore;
  let source: DataSource;
  let clock: TestClock;
  let keys: number[];

  beforeEach(async () => {
    test = await openTestStore(database, START);
    source = await openAlertsSource(test);
    clock = new TestClock();
    keys = await test.addMachines(2);
    await source
      .createQueryBuilder()
      .insert()
      .into(RuleEntity)
      .values({
        id: '00000000-0000-4000-8000-000000000001',
        name: 'cpu',
        enabled: true,
        revision: 1,
        definition: definitionOf({
          name: 'cpu',
          metric: 'cpu',
          operator: 'gt',
          threshold: 90,
          for_seconds: 0,
        }),
        created_at: START,
        updated_at: START,
      })
      .execute();
  }, 60_000);

  afterEach(async () => {
    await source?.destroy();
    await test?.close();
  });

  function replica(store: MetricsStore = test.store): Replica {
    const events = new DomainEvents();
    const opened: string[] = [];
    events.on('alert.opened', ({ alert }) => void opened.push(alert.id));
    return { opened, service: alertRoundOn({ store }, source, clock, events) };
  }

  const push = (cpu: number, machine = keys[0] as number) =>
    test.store.write([storeSample(machine, clock.time, { values: { cpu } })]);
  const alerts = () => source.getRepository(AlertEntity).find();
  /** What work rejects with; `null` if it does not. */
  const endOf = (work: Promise<void>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  const term = () => new AbortController();

  /** A store that says when it is read. */
  function watched(read: () => void): MetricsStore {
    return new Proxy(test.store, {
      get(store, name) {
        const member = Reflect.get(store, name);
        if (typeof member !== 'function') {
          return member;
        }
        return (...args: unknown[]) => {
          if (name === 'machineReadings') {
            read();
          }
          return member.apply(store, args);
        };
      },
    });
  }

  it('ends a round between two reads; nothing is written, and the next leader reads it again', async () => {
    await test.addMachines(MACHINES);
    await push(95);
    const ending = term();
    let reads = 0;
    const one = replica(
      watched(() => {
        reads++;
        ending.abort();
      }),
    );
    expect(await endOf(one.service.run(ending.signal))).toBe(ending.signal.reason);
    expect(reads).toBe(1);
    expect(await alerts()).toEqual([]);
    const two = replica();
    await two.service.run(term().signal);
    expect(await alerts()).toMatchObject([{ state: 'firing' }]);
    expect([one.opened.length, two.opened.length]).toEqual([0, 1]);
  }, 60_000);

  it('that is over begins no round', async () => {
    await push(95);
    const over = term();
    over.abort();
    await expect(replica().service.run(over.signal)).rejects.toBe(over.signal.reason);
    expect(await alerts()).toEqual([]);
  });

  it('opens an alert once, though two take themselves for the leader', async () => {
    await push(95);
    const replicas = [replica(), replica()];
    const ends = await Promise.allSettled(
      replicas.map(({ service }) => service.run(term().signal)),
    );
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await alerts()).toMatchObject([{ state: 'firing' }]);
    const { length } = replicas.flatMap(({ opened }) => opened);
    expect(length).toBe(1);
  });

  it('begins anew with each term, however short the one of another was', async () => {
    const one = replica();
    const two = replica();
    await push(20);
    await one.service.run(term().signal);
    clock.time += 5_000;
    await push(95);
    const between = term();
    await two.service.run(between.signal);
    clock.time += 5_000;
    await push(20);
    await two.service.run(between.signal);
    expect(await alerts()).toMatchObject([{ state: 'resolved' }]);
    clock.time += 5_000;
    await one.service.run(term().signal);
    expect(await alerts()).toHaveLength(1);
    expect([one.opened.length, two.opened.length]).toEqual([0, 1]);
  });

  if (database === 'postgres') {
    it('publishes a change of status once, though terms are short', async () => {
      const published: string[] = [];
      const replicas = await Promise.all(
        ['one', 'two'].map(async () => {
          const events = new DomainEvents();
          events.on('machine.status-changed', ({ machine }) => void published.push(machine.status));
          const { presence } = presenceOn(source, clock, events);
          await presence.onModuleInit();
          return { presence, events };
        }),
      );
      replicas[0]?.events.publish('metrics.stored', {
        samples: [storeSample(keys[0] as number, START, { values: { cpu: 1 } })],
      });
      const [one, two] = replicas;
      const own = term().signal;
      for (let passed = 0; !published.includes('offline') && passed < 180_000; passed += 5_000) {
        await two?.presence.sweep(term().signal);
        clock.time += 5_000;
        await one?.presence.sweep(own);
      }
      // News of other replicas come with a delay, which a judgement of silence allows for.
      clock.time += 10_000;
      await two?.presence.sweep(term().signal);
      expect(published).toEqual(['online', 'offline']);
    });

    it('takes back what it was writing when it ends', async () => {
      await push(95);
      const blocker = new Client({
        connectionString: 'url' in test.config ? test.config.url : '',
      });
      await blocker.connect();
      try {
        await blocker.query('BEGIN');
        await blocker.query('LOCK TABLE alerts IN SHARE MODE');
        const ending = term();
        const round = endOf(replica().service.run(ending.signal));
        await waitFor('the round to wait for its write', async () => {
          const { rows } = await blocker.query(
            'SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())',
          );
          return rows.length > 0;
        });
        ending.abort();
        await blocker.query('COMMIT');
        expect(await round).toBe(ending.signal.reason);
        expect(await alerts()).toEqual([]);
      } finally {
        await blocker.end();
      }
    });
  }
});
