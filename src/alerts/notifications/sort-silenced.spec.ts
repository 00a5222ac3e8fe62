import { NOTHING_HELD } from '../silences/silence-match.js';
import { sortSilenced } from './sort-silenced.js';

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
    expect(sortSilenced(rows, alerts, holdOf)).toEqual({ free: [], held: rows, pointless: [] });
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
