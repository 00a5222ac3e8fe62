import { NOTHING_HELD } from '../silences/silence-match.js';
import { nextLooks, sortSilenced } from './sort-silenced.js';

const alert = (state: 'firing' | 'resolved', machine_id = 'held') =>
  ({ rule_id: 'rule', machine_id, state }) as const;
const alerts = new Map([
  ['lasts', alert('firing')],
  ['over', alert('resolved')],
  ['other', alert('firing', 'free')],
]);
const due = (alert_id: string | null, kind: 'fired' | 'repeated' | 'resolved' | 'test') => ({
  alert_id,
  kind,
});
const holdOf = ({ machine_id }: { machine_id: string }) =>
  machine_id === 'held' ? { silence_id: 'silence', until: 1 } : null;

describe('due deliveries in a silence', () => {
  it('wait if they are still worth telling at its end', () => {
    const rows = [due('lasts', 'fired'), due('over', 'resolved')];
    expect(sortSilenced(rows, alerts, holdOf)).toEqual({
      free: [],
      held: rows.map((row) => ({ row, until: 1 })),
      pointless: [],
    });
  });

  it('are dropped if they are reminders, or of what is over and was never told', () => {
    const rows = [due('lasts', 'repeated'), due('over', 'fired')];
    expect(sortSilenced(rows, alerts, holdOf).pointless).toEqual(rows);
  });

  it('go if nothing holds their alert, if they are tests, or if their alert is gone', () => {
    const rows = [due('other', 'fired'), due(null, 'test'), due('gone', 'fired')];
    expect(sortSilenced(rows, alerts, holdOf).free).toEqual(rows);
    const held = [due('lasts', 'fired')];
    expect(sortSilenced(held, alerts, NOTHING_HELD).free).toEqual(held);
  });
});

describe('the next look at what is held', () => {
  const held = (count: number, until: number) =>
    Array.from({ length: count }, (_, index) => ({ row: { id: `${until}-${index}` }, until }));

  it('comes at the end of the silence, or in seconds', () => {
    const looks = nextLooks([...held(2, 3_000), ...held(1, 90_000)], 1_000);
    expect([...looks]).toEqual([
      [3_000, ['3000-0', '3000-1']],
      [6_000, ['90000-0']],
    ]);
  });

  it('comes within a minute if there are many', () => {
    expect([...nextLooks(held(2_000, 90_000), 1_000).keys()]).toEqual([61_000]);
  });
});
