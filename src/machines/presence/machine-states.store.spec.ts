import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { MachineEntity } from '../registry/machine.entity.js';
import { MachineStateEntity } from './machine-state.entity.js';
import { MachineStatesStore } from './machine-states.store.js';
import { ReplicaStates } from './replica-states.js';

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

  const state = (machine: number, last_seen_at: number, latest_at: number | null) => ({
    machine,
    last_seen_at,
    goodbye: null as string | null,
    latest_at,
    latest: latest_at === null ? null : `{"at":${latest_at}}`,
  });

  it('keeps the later sign of life and the newer sample, in whichever order they arrive', async () => {
    await store.upsert([state(1, 100, 10)], 'a', 1);
    await store.upsert([state(1, 200, 5)], 'b', 1);
    await store.upsert([state(1, 150, 20)], 'c', 1);
    expect(await store.all()).toEqual([
      { ...state(1, 200, 20), writer: 'c', flushed_at: 3, known_status: null },
    ]);
    await store.upsert([state(1, 300, null)], 'a', 50);
    await store.upsert([state(1, 299, 19)], 'b', 60);
    expect(await store.all()).toMatchObject([
      { last_seen_at: 300, latest_at: 20, writer: 'a', flushed_at: 50 },
    ]);
  });

  it('keeps a goodbye until a later sign of life', async () => {
    await store.upsert([{ ...state(1, 200, 10), goodbye: 'sleep' }], 'a', 1);
    await store.upsert([state(1, 150, 20)], 'b', 1);
    expect(await store.all()).toMatchObject([{ last_seen_at: 200, goodbye: 'sleep' }]);
    await store.upsert([state(1, 201, 5)], 'b', 1);
    expect(await store.all()).toMatchObject([{ last_seen_at: 201, goodbye: null }]);
  });

  it('writes thousands at once', async () => {
    await store.upsert(
      Array.from({ length: 1_234 }, (_, index) => state(index + 1, 1, 1)),
      'a',
      10,
    );
    const rows = await store.all();
    expect(rows).toHaveLength(1_234);
    expect(new Set(rows.map(({ flushed_at }) => flushed_at))).toEqual(new Set([10, 11, 12]));
  });

  it('hands out what others wrote, once, whatever their clocks say', async () => {
    const other = new MachineStatesStore(dataSource.getRepository(MachineStateEntity));
    const replicas = new ReplicaStates(store, 'me');
    const machines = async (now: number) =>
      (await replicas.read(now)).map(({ machine }) => machine);
    const now = 1_000_000_000;
    await other.upsert([state(1, 100, 1)], 'ahead', now + 600_000);
    await store.upsert([state(2, 100, 1)], 'me', now);
    expect(await machines(now)).toEqual([1, 2]);
    expect(await machines(now)).toEqual([]);
    await store.upsert([state(2, 101, 2)], 'me', now);
    await new MachineStatesStore(dataSource.getRepository(MachineStateEntity)).upsert(
      [state(3, 101, 2)],
      'behind',
      now - 600_000,
    );
    await other.upsert([state(1, 101, 2)], 'ahead', now + 600_000);
    expect(await machines(now + 1_000)).toEqual([1, 3]);
    expect(await machines(now + 2_000)).toEqual([]);
    await other.upsert([state(2, 200, 3)], 'ahead', now + 600_000);
    expect(await machines(now + 3_000)).toEqual([2]);
  });

  it('keeps the published status when a machine reports again', async () => {
    await store.upsert([state(1, 100, 1)], 'a', 1);
    await store.setKnownStatus([1, 2], 'online');
    await store.upsert([state(1, 200, 2)], 'a', 1);
    expect(await store.knownStatuses()).toEqual(new Map([[1, 'online']]));
  });

  it('removes a machine and what a late write left of others', async () => {
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
    await store.upsert([state(1, 1, 1), state(2, 1, 1), state(3, 1, 1)], 'a', 1);
    await store.remove(2);
    expect((await store.all()).map(({ machine }) => machine)).toEqual([1]);
  });
});
