import { DataSource, type Repository } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { MachineEntity } from './machine.entity.js';
import { MachineDirectoryService } from './machine-directory.service.js';
import { MachinesStore } from './machines.store.js';

class SetClock extends Clock {
  time = 1_000_000;
  override now(): number {
    return this.time;
  }
}

describe('the directory of machines', () => {
  let dataSource: DataSource;
  let machines: Repository<MachineEntity>;
  let clock: SetClock;
  let directory: MachineDirectoryService;

  beforeEach(async () => {
    clock = new SetClock();
    dataSource = new DataSource({
      ...dataSourceOptions({ dialect: 'sqlite', file: ':memory:' }),
      entities: [MachineEntity],
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
    machines = dataSource.getRepository(MachineEntity);
    directory = new MachineDirectoryService(new MachinesStore(machines), clock);
    await add(1, 'a');
  });
  afterEach(() => dataSource.destroy());

  const add = (key: number, machine_id: string) =>
    machines.insert({
      key,
      machine_id,
      identity: `name:${machine_id}`,
      machine_name: machine_id,
      os: 'linux',
      agent_version: '1',
      tags: [],
      host: {},
      interval_seconds: 5,
      registered_at: 1,
      identity_conflict_at: null,
      deleted_at: null,
      reported_name: machine_id,
      reported_tags: [],
      changed_at: clock.now(),
    });
  const remove = (key: number) =>
    machines.update({ key }, { deleted_at: 1, changed_at: clock.now() });

  it('knows living machines, and may be five seconds late about what others change', async () => {
    expect(await directory.resolve('a')).toMatchObject({ machineKey: 1, machine_id: 'a' });
    expect(await directory.resolve('b')).toBeNull();
    await remove(1);
    await add(2, 'b');
    clock.time += 4_999;
    expect(await directory.resolve('a')).not.toBeNull();
    expect(await directory.resolve('b')).toBeNull();
    clock.time += 2;
    expect(await directory.resolve('a')).toBeNull();
    expect(await directory.resolve('b')).toMatchObject({ machineKey: 2, machine_id: 'b' });
  });

  it('finds many at once, known and unknown', async () => {
    await add(2, 'b');
    await directory.resolve('a');
    const found = await directory.resolveMany(['a', 'b', 'c', 'b']);
    expect([...found.keys()].sort()).toEqual(['a', 'b']);
  });

  it('knows at once what changed here, also if that was being looked up', async () => {
    expect(await directory.resolve('b')).toBeNull();
    await add(2, 'b');
    directory.changed('b');
    expect(await directory.resolve('b')).not.toBeNull();
    const underWay = directory.resolve('c');
    await add(3, 'c');
    directory.changed('c');
    await underWay;
    expect(await directory.resolve('c')).not.toBeNull();
  });

  it('lists living machines, at most a second late', async () => {
    const ids = async () => (await directory.all()).map(({ machine_id }) => machine_id);
    expect(await ids()).toEqual(['a']);
    await add(2, 'b');
    expect(await ids()).toEqual(['a']);
    directory.changed('b');
    expect(await ids()).toEqual(['a', 'b']);
    await remove(1);
    clock.time += 1_001;
    expect(await ids()).toEqual(['b']);
    await machines.update({ key: 2 }, { machine_id: 'late', changed_at: clock.now() - 50_000 });
    clock.time += 1_001;
    expect(await ids()).toEqual(['late']);
    await machines.update({ key: 2 }, { machine_id: 'missed', changed_at: 1 });
    clock.time += 1_001;
    expect(await ids()).toEqual(['late']);
    clock.time += 600_000;
    expect(await ids()).toEqual(['missed']);
  });

  it('lists what changes while it reads', async () => {
    const underWay = directory.all();
    await add(2, 'b');
    directory.changed('b');
    await underWay;
    expect(await directory.all()).toHaveLength(2);
  });
});
