/** Preferences: in force at once, kept in the browser, sent to the server when it can be reached. */
import type { Preferences } from '../../../../src/contracts/index.js';
import { ApiError } from '../api/errors.js';
import { PreferenceStore } from './preference-store.js';

const AWAY = ApiError.unreachable(null);

/** A browser's storage and a server that can be away, with a store between them. */
function scene(server: Preferences = {}, kept: Record<string, string> = {}) {
  const around = { server, kept, failure: null as ApiError | null, refused: [] as string[] };
  const answer = () =>
    around.failure === null
      ? Promise.resolve({ ...around.server })
      : Promise.reject<Preferences>(around.failure);
  const open = () => {
    let pending: (() => void) | null = null;
    const store = new PreferenceStore({
      routes: {
        load: answer,
        change: async (changes) => {
          await answer();
          const all = { ...around.server, ...changes };
          around.server = Object.fromEntries(
            Object.entries(all).filter(([, value]) => value !== null),
          );
          return around.server;
        },
      },
      storage: {
        getItem: (key) => around.kept[key] ?? null,
        setItem: (key, text) => {
          around.kept[key] = text;
        },
      },
      refused: ({ code }) => around.refused.push(code),
      soon: (send) => () => {
        pending = send;
      },
    });
    const settle = async () => {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    };
    const sendNow = async () => {
      await settle();
      const send = pending;
      pending = null;
      send?.();
      await settle();
    };
    return { store, settle, sendNow };
  };
  return { around, open };
}

describe('preferences', () => {
  it('are in force at once and reach the server', async () => {
    const { around, open } = scene();
    const { store, settle, sendNow } = open();
    store.follow('ann');
    await settle();
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    store.set('units', 'binary');
    expect(store.get('units')).toBe('binary');
    expect(told).toBe(1);
    store.set('units', 'binary');
    expect(told).toBe(1);
    await sendNow();
    expect(around.server).toEqual({ units: 'binary' });
    store.set('units', null);
    expect(store.get('units')).toBeUndefined();
    await sendNow();
    expect(around.server).toEqual({});
  });

  it('are known without the server where the browser has them, else once it has answered', async () => {
    const { open } = scene({ units: 'binary' });
    const first = open();
    expect(first.store.isSettled()).toBe(false);
    first.store.follow('ann');
    expect(first.store.isSettled()).toBe(false);
    await first.settle();
    expect(first.store.isSettled()).toBe(true);
    expect(first.store.get('units')).toBe('binary');

    const second = open();
    second.store.follow('ann');
    expect(second.store.isSettled()).toBe(true);
    expect(second.store.get('units')).toBe('binary');
  });

  it('do not hold up the page while the server is away, and are sent when it is back', async () => {
    const { around, open } = scene({ units: 'binary', language: 'en' });
    around.failure = AWAY;
    const first = open();
    first.store.follow('ann');
    await first.settle();
    expect(first.store.isSettled()).toBe(true);
    first.store.set('units', 'decimal');
    await first.sendNow();

    // The page is loaded again: what was set here counts, what was set elsewhere comes.
    around.failure = null;
    const { store, sendNow } = open();
    store.follow('ann');
    await sendNow();
    expect(store.get('units')).toBe('decimal');
    expect(store.get('language')).toBe('en');
    expect(around.server).toEqual({ units: 'decimal', language: 'en' });
  });

  it('keep one object until the value changes', async () => {
    const { around, open } = scene({ 'fleet.columns': ['cpu'] });
    const { store, settle } = open();
    store.follow('ann');
    await settle();
    const before = store.get('fleet.columns');
    await store.load();
    expect(store.get('fleet.columns')).toBe(before);
    around.server = { 'fleet.columns': ['ram'] };
    await store.load();
    expect(store.get('fleet.columns')).toEqual(['ram']);
  });

  it('go back to what the server has when it refuses them, and say so', async () => {
    const { around, open } = scene({ views: ['one'] });
    const { store, settle, sendNow } = open();
    store.follow('ann');
    await settle();
    store.set('views', ['far too large']);
    around.failure = new ApiError(413, 'auth.preferences_too_large', ['too large']);
    await sendNow();
    expect(around.refused).toEqual(['auth.preferences_too_large']);
    around.failure = null;
    await store.load();
    expect(store.get('views')).toEqual(['one']);
  });

  it('belong to one user; those of nobody stay in the browser', async () => {
    const { around, open } = scene();
    const { store, settle, sendNow } = open();
    store.follow(null);
    expect(store.isSettled()).toBe(true);
    store.set('units', 'binary');
    await sendNow();
    expect(around.server).toEqual({});
    store.follow('ann');
    expect(store.get('units')).toBeUndefined();
    await settle();
    store.follow(null);
    expect(store.get('units')).toBe('binary');
  });

  it('follow what another tab has stored', async () => {
    const { around, open } = scene();
    const here = open().store;
    const there = open().store;
    for (const store of [here, there]) store.follow(null);
    there.set('units', 'binary');
    here.storageChanged(Object.keys(around.kept)[0] ?? null);
    expect(here.get('units')).toBe('binary');
  });

  it('survive text in the storage that is none of theirs', () => {
    for (const text of ['{', 'null', '{"values":1}']) {
      const { store } = scene({}, { 'procspy.preferences': text }).open();
      store.follow(null);
      expect(store.get('units')).toBeUndefined();
    }
  });
});
