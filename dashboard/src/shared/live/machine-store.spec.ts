/** The live copy of the list of machines. */
import type { MachineSummary, StoredSample } from '../../../../src/contracts/index.js';
import { machineOf as machine, sampleOf } from '../fixtures/machines.js';
import { MachineStore } from './machine-store.js';

const sample = (second: number, values: Partial<StoredSample> = {}) =>
  sampleOf(Date.UTC(2026, 0, 1, 0, 0, second), values);

/** A store with its flushes in the test's hand. */
function storeWith(machines: MachineSummary[]) {
  const frames: (() => void)[] = [];
  const store = new MachineStore((flush) => frames.push(flush));
  const nextFrame = () => {
    for (const flush of frames.splice(0)) flush();
    return frames.length;
  };
  store.replaceAll(machines);
  nextFrame();
  return { store, frames, nextFrame };
}

describe('machine store', () => {
  it('wakes only the rows that changed, once a frame', () => {
    const { store, frames, nextFrame } = storeWith([machine('a'), machine('b')]);
    const woken = { a: 0, b: 0, list: 0 };
    store.subscribeRow('a', () => {
      woken.a += 1;
    });
    store.subscribeRow('b', () => {
      woken.b += 1;
    });
    store.subscribeList(() => {
      woken.list += 1;
    });
    store.applySamples([{ machine_id: 'a', sample: sample(1, { cpu: 1 }) }]);
    store.applySamples([{ machine_id: 'a', sample: sample(2, { cpu: 2 }) }]);
    expect(frames).toHaveLength(1);
    nextFrame();
    expect(woken).toEqual({ a: 1, b: 0, list: 0 });
    expect(store.get('a')?.latest?.cpu).toBe(2);
    expect(store.get('a')?.last_seen_at).toBe(sample(2).timestamp);
  });

  it('keeps what events report while a list is on its way', () => {
    const { store } = storeWith([machine('a'), machine('b'), machine('c')]);
    const asOf = store.newestEvent();
    store.applyEvent({ type: 'registered', machine: machine('new') });
    store.applyEvent({ type: 'deleted', machine_id: 'b' });
    store.applyEvent({ type: 'status_changed', machine: machine('c', { status: 'offline' }) });
    // As the server saw it before these events.
    store.replaceAll([machine('a'), machine('b'), machine('c')], asOf);
    expect(store.current().map(({ machine_id }) => machine_id)).toEqual(['a', 'c', 'new']);
    expect(store.get('c')?.status).toBe('offline');
    // A later list is right again in everything.
    store.replaceAll([machine('a'), machine('new')]);
    expect(store.current().map(({ machine_id }) => machine_id)).toEqual(['a', 'new']);
  });

  it('ignores samples that are older than the one known, and of unknown machines', () => {
    const { store, frames } = storeWith([machine('a', { latest: sample(5, { cpu: 5 }) })]);
    store.applySamples([
      { machine_id: 'a', sample: sample(4, { cpu: 4 }) },
      { machine_id: 'x', sample: sample(9) },
    ]);
    expect(frames).toHaveLength(0);
    expect(store.get('a')?.latest?.cpu).toBe(5);
    expect(store.get('x')).toBeUndefined();
  });

  it('takes a machine that sends for online at once, but not from a snapshot', () => {
    const { store, nextFrame } = storeWith([
      machine('a', { status: 'offline' }),
      machine('b', { status: 'offline' }),
    ]);
    store.applySnapshot([{ machine_id: 'a', sample: sample(1) }]);
    store.applySamples([{ machine_id: 'b', sample: sample(1) }]);
    nextFrame();
    expect(store.getList().map(({ status }) => status)).toEqual(['offline', 'online']);
  });

  it('keeps the devices known when a streamed sample carries none', () => {
    const devices = { filesystems: [{ name: '/', usage: 1 }] };
    const { store } = storeWith([machine('a', { latest: sample(1, { devices }) })]);
    store.applySamples([{ machine_id: 'a', sample: sample(2) }]);
    expect(store.get('a')?.latest?.devices).toEqual(devices);
  });

  it('keeps a sample that was streamed while the list was fetched', () => {
    const { store, nextFrame } = storeWith([machine('a', { latest: sample(1, { cpu: 1 }) })]);
    store.applySamples([{ machine_id: 'a', sample: sample(3, { cpu: 3 }) }]);
    store.replaceAll([machine('a', { machine_name: 'new', latest: sample(2, { cpu: 2 }) })]);
    nextFrame();
    expect(store.get('a')).toMatchObject({ machine_name: 'new', latest: { cpu: 3 } });
  });

  it('adds, changes and removes machines as the stream says', () => {
    const { store, nextFrame } = storeWith([machine('a')]);
    store.applyEvent({ type: 'registered', machine: machine('b') });
    store.applyEvent({ type: 'status_changed', machine: machine('a', { status: 'offline' }) });
    nextFrame();
    expect(store.getList().map(({ machine_id, status }) => [machine_id, status])).toEqual([
      ['a', 'offline'],
      ['b', 'online'],
    ]);
    store.applyEvent({ type: 'deleted', machine_id: 'a' });
    nextFrame();
    expect(store.getList().map(({ machine_id }) => machine_id)).toEqual(['b']);
  });

  it('wakes the rows of machines that a new list no longer has', () => {
    const { store, nextFrame } = storeWith([machine('a'), machine('b')]);
    let woken = 0;
    const stop = store.subscribeRow('b', () => {
      woken += 1;
    });
    store.replaceAll([machine('a')]);
    nextFrame();
    expect(woken).toBe(1);
    stop();
    store.applyEvent({ type: 'registered', machine: machine('b') });
    nextFrame();
    expect(woken).toBe(1);
  });
});
