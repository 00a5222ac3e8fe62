import type { Silence } from '../../../src/contracts/index.js';
import {
  newSilence,
  silenceBody,
  silenceDraft,
  silenceErrors,
  toLocalInput,
} from './silence-draft.js';
import { coveredText, whenText } from './silence-text.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const HOUR = 3_600_000;

function silence(more: Partial<Silence> = {}): Silence {
  return {
    id: 's',
    comment: 'new disk',
    machine_ids: ['m1'],
    tags: [],
    rule_ids: ['r1'],
    starts_at: new Date(NOW - HOUR + 12_345).toISOString(),
    ends_at: new Date(NOW + HOUR + 12_345).toISOString(),
    weekly: null,
    state: 'active',
    active_until: new Date(NOW + HOUR + 12_345).toISOString(),
    created_by: 'ops@example.test',
    created_at: new Date(NOW).toISOString(),
    updated_at: new Date(NOW).toISOString(),
    ...more,
  };
}
const weekly = {
  time_zone: 'Europe/Berlin',
  windows: [
    { days: ['sun' as const], from: '02:00', to: '04:00' },
    { days: ['mon' as const], from: '12:00', to: '24:00' },
  ],
};

describe('the form of a silence', () => {
  it('keeps what was not changed to the millisecond', () => {
    const before = silence();
    const { starts_at, ends_at, machine_ids } = silenceBody(silenceDraft(before, NOW), before, NOW);
    expect({ starts_at, ends_at, machine_ids }).toEqual({
      starts_at: before.starts_at,
      ends_at: before.ends_at,
      machine_ids: ['m1'],
    });
  });

  it('begins now if its start is cleared', () => {
    const before = silence({ state: 'coming', starts_at: new Date(NOW + HOUR / 2).toISOString() });
    const draft = { ...silenceDraft(before, NOW), startsAt: '' };
    expect(silenceBody(draft, before, NOW).starts_at).toBe(new Date(NOW).toISOString());
  });

  it('keeps the windows that it does not show', () => {
    const before = silence({ weekly, ends_at: null });
    expect(silenceBody(silenceDraft(before, NOW), before, NOW)).toMatchObject({
      weekly,
      ends_at: null,
    });
  });

  it('begins now for a new one, and makes one that is over anew', () => {
    const body = silenceBody(newSilence(NOW, { tags: ['db'] }), null, NOW);
    expect(body).toMatchObject({ tags: ['db'], weekly: null });
    expect(body.starts_at).toBeUndefined();
    expect(Date.parse(body.ends_at ?? '')).toBe(NOW + 2 * HOUR);
    const again = silenceDraft(silence({ state: 'ended', active_until: null }), NOW);
    expect(again).toMatchObject({ startsAt: '', endsAt: toLocalInput(NOW + 2 * HOUR) });
  });

  it.each([
    ['no end', { endsAt: '' }, 'endsAt'],
    ['an end that is past', { endsAt: toLocalInput(NOW - HOUR) }, 'endsAt'],
    ['an end before its start', { startsAt: toLocalInput(NOW + 9 * HOUR) }, 'endsAt'],
    ['no day', { repeats: 'weekly', days: [] }, 'days'],
    ['an empty window', { repeats: 'weekly', from: '04:00' }, 'to'],
  ])('refuses %s', (_, changes, field) => {
    const draft = { ...newSilence(NOW), ...(changes as object) };
    expect(Object.keys(silenceErrors(draft, NOW))).toEqual([field]);
  });

  it('takes a weekly one without an end', () => {
    expect(silenceErrors({ ...newSilence(NOW), repeats: 'weekly', endsAt: '' }, NOW)).toEqual({});
  });
});

describe('the words for a silence', () => {
  const names = { machine: (id: string) => `web-${id}`, rule: (id: string) => `CPU ${id}` };
  it.each([
    [{ machine_ids: [], rule_ids: [] }, 'All alerts'],
    [{}, 'CPU r1 on web-m1'],
    [{ machine_ids: [] }, 'CPU r1 on every machine'],
    [{ machine_ids: ['1', '2'], rule_ids: [] }, 'All alerts on web-1 and web-2'],
    [
      { machine_ids: [], rule_ids: [], tags: ['db', 'eu'] },
      'All alerts on machines tagged db or eu',
    ],
    [{ tags: ['db'] }, 'CPU r1 on web-m1, if tagged db'],
  ])('say what %j covers', (more, text) => {
    expect(coveredText(silence(more), names)).toBe(text);
  });

  it('say when it holds', () => {
    expect(whenText(silence(), NOW)).toMatch(/^until .*, 1h left$/);
    const coming = silence({ state: 'coming', weekly, ends_at: null, active_until: null });
    expect(whenText(coming, NOW)).toBe('Sun 02:00–04:00; Mon 12:00–24:00 (Europe/Berlin)');
    const later = { ...coming, starts_at: new Date(NOW + HOUR).toISOString() };
    expect(whenText(later, NOW)).toContain(', from ');
    expect(whenText(silence({ state: 'ended' }), NOW)).toContain(' – ');
  });
});
