/** Which machines are asked for their last hour, and when. */
import type { FleetHistory } from '../../../src/contracts/index.js';
import { ApiError } from '../shared/api/errors.js';
import { ASK_FOR_ALL_UP_TO, SparklineStore } from './sparkline-store.js';

const MANY = ASK_FOR_ALL_UP_TO + 1;

function scene(fleet: readonly string[]) {
  const asked: (readonly string[] | 'all')[] = [];
  const clock = { now: 1_000_000, failing: false };
  const store = new SparklineStore(
    async (ids): Promise<FleetHistory> => {
      asked.push(ids);
      if (clock.failing) throw ApiError.unreachable(null);
      const columns = { cpu: [1, 2], ram: [3, null] };
      const machines = (ids === 'all' ? fleet : ids).map((machine_id) => ({ machine_id, columns }));
      return { from: '', to: '', step_seconds: 60, tier: '1m', timestamp: [0, 60_000], machines };
    },
    () => clock.now,
  );
  return { store, asked, clock };
}

describe('the lines of the list', () => {
  it('of a small fleet come in one call a minute', async () => {
    const { store, asked, clock } = scene(['a', 'b', 'c']);
    store.want(['a', 'b']);
    await store.refresh(3);
    await store.refresh(3);
    store.want(['b', 'c']);
    await store.refresh(3);
    expect(asked).toEqual(['all']);
    expect(store.get('c')?.cpu.text).toBe('CPU last hour: 1 to 2%');
    clock.now += 59_999;
    await store.refresh(3);
    expect(asked).toHaveLength(1);
    clock.now += 1;
    await store.refresh(3);
    expect(asked).toEqual(['all', 'all']);
  });

  it('of a large fleet are those in sight, together with what is old soon', async () => {
    const { store, asked, clock } = scene([]);
    store.want(['a', 'b']);
    await store.refresh(MANY);
    clock.now += 10_000;
    store.want(['b', 'c']);
    await store.refresh(MANY);
    expect(asked).toEqual([['a', 'b'], ['c']]);
    clock.now += 50_000;
    await store.refresh(MANY);
    expect(asked[2]).toEqual(['b', 'c']);
  });

  it('tell only the cells of machines that have come', async () => {
    const { store } = scene(['a']);
    const told: string[] = [];
    const stop = store.subscribe('a', () => told.push('a'));
    store.subscribe('b', () => told.push('b'));
    store.want(['a']);
    await store.refresh(1);
    expect(told).toEqual(['a']);
    stop();
  });

  it('stay while the server is away, and are asked for again a minute later', async () => {
    const { store, asked, clock } = scene(['a']);
    store.want(['a']);
    await store.refresh(1);
    const before = store.get('a');
    clock.now += 60_000;
    clock.failing = true;
    await store.refresh(1);
    await store.refresh(1);
    expect(asked).toHaveLength(2);
    expect(store.get('a')).toBe(before);
    clock.now += 60_000;
    clock.failing = false;
    await store.refresh(1);
    expect(store.get('a')).not.toBe(before);
  });
});
