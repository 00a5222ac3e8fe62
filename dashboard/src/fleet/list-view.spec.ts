/** Which machines the list shows, and in what order. */
import type { MachineSummary, StoredSample } from '../../../src/contracts/index.js';
import { machineOf, sampleOf } from '../shared/fixtures/machines.js';
import { judged } from '../shared/machines/troubles.js';
import {
  addressOfView,
  countByStatus,
  DEFAULT_VIEW,
  type ListView,
  newestView,
  nextSort,
  viewFromAddress,
  viewOf,
} from './list-view.js';

const seen = Date.UTC(2026, 0, 1);

function machine(
  name: string,
  values: Partial<StoredSample> | null,
  change: Partial<MachineSummary> = {},
): MachineSummary {
  return machineOf(name, {
    last_seen_at: new Date(seen).toISOString(),
    latest: values === null ? null : sampleOf(seen, values),
    ...change,
  });
}

const fleet = [
  machine('web-10', { cpu: 10 }, { tags: ['prod'] }),
  machine('web-2', { cpu: 95 }, { tags: ['prod', 'edge'] }),
  machine('db', { cpu: 50, ram: 80 }, { os: 'FreeBSD' }),
  machine('old', { cpu: 99 }, { status: 'offline' }),
  machine('new', null, { status: 'pending', last_seen_at: null }),
];
const judgedFleet = judged(fleet, { now: seen, version: '1.0.0' });
const plain = DEFAULT_VIEW;
const namesOf = (view: Partial<ListView>) =>
  viewOf(judgedFleet, { ...plain, ...view }).map(({ machine }) => machine.machine_name);

describe('list of machines', () => {
  it('puts what is down first, then what is hot, warm, normal, and pending last', () => {
    expect(namesOf({})).toEqual(['old', 'web-2', 'db', 'web-10', 'new']);
  });

  it('sorts names as people count', () => {
    expect(namesOf({ sort: 'name' })).toEqual(['db', 'new', 'old', 'web-2', 'web-10']);
  });

  it('keeps unknown values last in both directions', () => {
    expect(namesOf({ sort: 'cpu', descending: true })).toEqual([
      'old',
      'web-2',
      'db',
      'web-10',
      'new',
    ]);
    expect(namesOf({ sort: 'cpu' })).toEqual(['web-10', 'db', 'web-2', 'old', 'new']);
    expect(namesOf({ sort: 'last_seen' })).toEqual(['db', 'old', 'web-2', 'web-10', 'new']);
  });

  it('finds every word in name, tags or system', () => {
    expect(namesOf({ search: 'PROD edge' })).toEqual(['web-2']);
    expect(namesOf({ search: 'freebsd' })).toEqual(['db']);
    expect(namesOf({ search: '  ' })).toHaveLength(fleet.length);
    expect(namesOf({ search: 'web edge nothing' })).toEqual([]);
  });

  it('filters by status, and by heat among the machines that report', () => {
    expect(namesOf({ status: 'offline' })).toEqual(['old']);
    expect(namesOf({ status: 'hot' })).toEqual(['web-2']);
    expect(countByStatus(judgedFleet)).toEqual({
      all: 5,
      online: 3,
      offline: 1,
      stopped: 0,
      asleep: 0,
      pending: 1,
      hot: 1,
      conflict: 0,
      late: 0,
      clock: 0,
      outdated: 0,
    });
    expect(namesOf({ status: 'late' })).toEqual([]);
  });

  it('starts numbers with the largest and turns round on the second click', () => {
    expect(nextSort(plain, 'cpu')).toEqual({ sort: 'cpu', descending: true });
    expect(nextSort({ ...plain, sort: 'cpu', descending: true }, 'cpu')).toEqual({
      sort: 'cpu',
      descending: false,
    });
    expect(nextSort(plain, 'name')).toEqual({ sort: 'name', descending: false });
  });

  it('survives the way through the address', () => {
    const view: ListView = {
      search: 'a b',
      status: 'hot',
      sort: 'ram',
      descending: true,
      group: 'tag',
      columns: ['os', 'cpu', 'swap'],
    };
    expect(viewFromAddress(addressOfView(view))).toEqual(view);
    expect(addressOfView(view).toString()).toBe(
      'q=a+b&status=hot&sort=-ram&group=tag&columns=os.cpu.swap',
    );
    const bare = { ...plain, columns: [] };
    expect(viewFromAddress(addressOfView(bare))).toEqual(bare);
    expect(addressOfView(plain).toString()).toBe('');
  });

  it('changes from what the address says by now, or else from what is drawn', () => {
    const drawn: ListView = { ...plain, search: 'web', group: 'tag' };
    expect(newestView(drawn, '?q=web&group=tag', '?group=tag')).toEqual({ ...plain, group: 'tag' });
    // A default view is drawn before the address has it.
    expect(newestView(drawn, '', '')).toBe(drawn);
    expect(newestView(drawn, '?q=web&group=tag', '')).toEqual(plain);
  });

  it('takes nonsense in the address for the default', () => {
    expect(viewFromAddress(new URLSearchParams('sort=-constructor&status=x&group=y'))).toEqual({
      ...plain,
      descending: true,
    });
    expect(viewFromAddress(new URLSearchParams('columns=swap.x.cpu.swap')).columns).toEqual([
      'cpu',
      'swap',
    ]);
  });
});
