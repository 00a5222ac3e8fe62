/** Ten thousand machines and twenty rules within one tick, on the real stores. */
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AlertEntity } from '../../src/alerts/records/alert.entity.ts';
import { RuleEntity } from '../../src/alerts/rules/rule.entity.ts';
import { definitionOf } from '../../src/alerts/rules/rule-check.ts';
import { Clock } from '../../src/common/clock.ts';
import { METRIC_NAMES } from '../../src/contracts/index.ts';
import { DomainEvents } from '../../src/domain-events/domain-events.ts';
import type { Sample } from '../../src/domain-events/event-map.ts';
import { MachineEntity } from '../../src/machines/registry/machine.entity.ts';
import { alertRoundOn, openAlertsSource } from '../helpers/alerts.ts';
import { DATABASES } from '../helpers/server.ts';
import { openTestStore, storeSample, type TestStore } from '../helpers/store.ts';

const MACHINES = 10_000;
const TICK_MS = 5_000;
const START = Date.now();

/** The clock of the test. */
class TestClock extends Clock {
  time = START;
  override now(): number {
    return this.time;
  }
}

/** Sixteen rules on metrics, three on filesystems, one on silence. */
function rules(): RuleEntity[] {
  const metrics = METRIC_NAMES.slice(0, 16).map((metric) => ({ metric, threshold: 90 }));
  const devices = [85, 90, 95].map((threshold) => ({
    metric: 'usage',
    device: 'filesystem',
    threshold,
  }));
  return [...metrics, ...devices, { metric: 'offline', threshold: 0 }].map((rule, index) => {
    const body = { name: `rule ${index}`, operator: 'gt' as const, for_seconds: 0, ...rule };
    return {
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      name: body.name,
      enabled: true,
      revision: 1,
      definition: definitionOf(body),
      created_at: index,
      updated_at: index,
    };
  });
}

function samplesAt(keys: readonly number[], time: number, bad: number): Sample[] {
  return keys.map((machine, index) =>
    storeSample(machine, time, {
      values: Object.fromEntries(METRIC_NAMES.map((name) => [name, index < bad ? 95 : 20])),
      devices: { filesystems: ['/', '/data', '/var'].map((name) => ({ name, usage: 40 })) },
    }),
  );
}

describe.each(DATABASES)('ten thousand machines on %s', (database) => {
  let test: TestStore;
  let source: DataSource;

  beforeAll(async () => {
    // How many alerts fired is asked of the database below.
    Logger.overrideLogger(false);
    test = await openTestStore(database, START);
    source = await openAlertsSource(test);
  }, 60_000);

  afterAll(async () => {
    await source?.destroy();
    await test?.close();
  });

  async function addMachines(): Promise<number[]> {
    for (let start = 0; start < MACHINES; start += 500) {
      const rows = Array.from({ length: 500 }, (_, index) => start + index).map((index) => ({
        machine_id: `10000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        identity: `name:${index}`,
        machine_name: `machine ${index}`,
        os: 'linux',
        agent_version: '1',
        tags: [],
        host: {},
        interval_seconds: 5,
        registered_at: START,
      }));
      await source.createQueryBuilder().insert().into(MachineEntity).values(rows).execute();
    }
    const found = await source.getRepository(MachineEntity).find({ select: { key: true } });
    return found.map(({ key }) => key);
  }

  it('are evaluated within the tick, and a hundred that go wrong at once too', async () => {
    const keys = await addMachines();
    await source.createQueryBuilder().insert().into(RuleEntity).values(rules()).execute();
    const clock = new TestClock();
    const service = alertRoundOn(test, source, clock, new DomainEvents());
    const term = new AbortController().signal;
    const took: number[] = [];
    for (const [round, bad] of [0, 0, 0, 100, 100, 0].entries()) {
      clock.time = START + round * TICK_MS;
      const samples = samplesAt(keys, clock.time, bad);
      for (let start = 0; start < samples.length; start += 2_500) {
        await test.store.write(samples.slice(start, start + 2_500));
      }
      const before = performance.now();
      await service.run(term);
      took.push(Math.round(performance.now() - before));
    }
    const states = await source
      .getRepository(AlertEntity)
      .createQueryBuilder('alert')
      .select(['alert.state AS state', 'COUNT(*) AS count'])
      .groupBy('alert.state')
      .getRawMany<{ state: string; count: number | string }>();
    expect(states.map(({ state, count }) => [state, Number(count)])).toEqual([['resolved', 1_600]]);
    // The first round looks back; on a machine that does nothing else a round takes a fifth.
    expect(Math.min(...took.slice(1))).toBeLessThan(TICK_MS);
  }, 240_000);
});
