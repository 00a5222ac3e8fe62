/** Views that have a name. */
import { DEFAULT_VIEW, type ListView } from './list-view.js';
import {
  areSavedViews,
  keyed,
  nameFault,
  renamed,
  type SavedView,
  savedAs,
  viewOfSaved,
  withView,
} from './saved-views.js';

const prod: ListView = { ...DEFAULT_VIEW, search: 'prod', group: 'tag', columns: ['cpu'] };

describe('saved views', () => {
  it('come back as they were, and are recognised', () => {
    const [saved] = withView([], 'Production', prod);
    expect(saved).toEqual({ name: 'Production', address: 'q=prod&group=tag&columns=cpu' });
    expect(viewOfSaved(saved as SavedView)).toEqual(prod);
    expect(savedAs(withView([], 'Production', prod), prod)?.name).toBe('Production');
    expect(savedAs(withView([], 'Production', prod), DEFAULT_VIEW)).toBeUndefined();
  });

  it('have different keys, which they keep under another name', () => {
    const views = withView(withView(withView([], 'A', prod), 'B', prod), 'C', DEFAULT_VIEW);
    const keys = keyed(views).map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
    expect(keyed(renamed(views, 'B', 'D')).map(({ key }) => key)).toEqual(keys);
    expect(keyed(views).map(({ view }) => view)).toEqual(views);
  });

  it('are replaced under the same name, in their place', () => {
    const views = withView(withView([], 'A', prod), 'B', prod);
    const changed = withView(views, 'A', DEFAULT_VIEW);
    expect(changed.map(({ name, address }) => [name, address !== ''])).toEqual([
      ['A', false],
      ['B', true],
    ]);
    expect(renamed(views, 'A', 'C').map(({ name }) => name)).toEqual(['C', 'B']);
  });

  it('have names of their own', () => {
    expect(nameFault('', [])).toBe('Give the view a name');
    expect(nameFault('A', ['A'])).toBe('Another view has this name');
    expect(nameFault('a'.repeat(61), [])).toBe('Use at most 60 characters');
    expect(nameFault('A', ['B'])).toBeNull();
  });

  it('of another program are not taken', () => {
    expect(areSavedViews([{ name: 'A', address: '' }])).toBe(true);
    for (const stored of [null, {}, [null], [{ name: 'A' }], ['A']]) {
      expect(areSavedViews(stored)).toBe(false);
    }
  });
});
