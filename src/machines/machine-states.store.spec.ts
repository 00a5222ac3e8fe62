import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../database/data-source-options.js';
import { MachineEntity } from './machine.entity.js';
import { MachineStateEntity } from './machine-state.entity.js';
import { MachineStatesStore } from './machine-states.store.js';

describe('the table of presence', () => {
  let dataSource: DataSource;
  let store: MachineStatesStore;

  beforeEach(async () => {
    dataSource = new DataSource({
      ...dataSourceOptions({ dialect: 'sqlite', file: ':memory:' }),
      entities: [MachineEntity, MachineStateEntity],
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
    store = new MachineStatesStore(dataSource.getRepository(MachineStateEntity));
  });
  afterEach(() => dataSource.destroy());

  const state = (
    machine: number,
    last_seen_at: number,
    latest_at: number | null,
    writer = 'a',
  ) => ({
    machine,
    last_seen_at,
    latest_at,
    latest: latest_at === null ? null : `{"at":${latest_at}}`,
    writer,
  });

  it('keeps the later sign of life and the newer sample, in whichever order they arrive', async () => {
    await store.upsert([state(1, 100, 10, 'a')]);
    await store.upsert([state(1, 200, 5, 'b')]);
    await store.upsert([state(1, 150, 20, 'c')]);
    expect(await store.all()).toEqual([{ ...state(1, 200, 20, 'b'), known_status: null }]);
    await store.upsert([state(1, 300, null, 'a')]);
    expect(await store.all()).toMatchObject([{ last_seen_at: 300, latest_at: 20 }]);
  });

  it('writes thousands at once', async () => {
    await store.upsert(Array.from({ length: 1_234 }, (_, index) => state(index + 1, 1, 1)));
    expect(await store.all()).toHaveLength(1_234);
  });

  it('reads what others wrote lately', async () => {
    await store.upsert([state(1, 100, 1, 'me'), state(2, 100, 1, 'b'), state(3, 50, 1, 'b')]);
    const rows = await store.fromOthersSince('me', 60);
    expect(rows.map(({ machine }) => machine)).toEqual([2]);
  });

  it('keeps the published status when a machine reports again', async () => {
    await store.upsert([state(1, 100, 1)]);
    await store.setKnownStatus([1, 2], 'online');
    await store.upsert([state(1, 200, 2)]);
    expect(await store.knownStatuses()).toEqual(new Map([[1, 'online']]));
  });

  it('removes a machine and what late news left of others', async () => {
    const machines = dataSource.getRepository(MachineEntity);
    await machines.insert({
      key: 1,
      machine_id: 'm',
      identity: 'name:m',
      machine_name: 'm',
      os: 'linux',
      agent_version: '1',
      tags: [],
      host: {},
      interval_seconds: 5,
      registered_at: 1,
      identity_conflict_at: null,
      deleted_at: null,
      reported_name: 'm',
      reported_tags: [],
      changed_at: 1,
    });
    await store.upsert([state(1, 1, 1), state(2, 1, 1), state(3, 1, 1)]);
    await store.remove(2);
    expect((await store.all()).map(({ machine }) => machine)).toEqual([1]);
  });
});
