import type { SilenceEntity } from './silence.entity.js';
import { holdsAt, holdsUntil } from './silence-match.js';

/** A Monday. */
const MONDAY = Date.parse('2026-01-05T00:00:00Z');
const HOUR = 3_600_000;

function silence(more: Partial<SilenceEntity> = {}): SilenceEntity {
  return {
    id: 'silence',
    comment: '',
    machine_ids: [],
    tags: [],
    rule_ids: [],
    starts_at: MONDAY,
    ends_at: MONDAY + 4 * HOUR,
    weekly: null,
    created_by: 'ops@example.test',
    created_at: 0,
    updated_at: 0,
    ...more,
  };
}

const nights = {
  time_zone: 'UTC',
  windows: [{ days: ['mon' as const], from: '22:00', to: '02:00' }],
};

describe('when a silence holds', () => {
  it.each([
    ['before its start', -1, null],
    ['from its start on', 0, 4],
    ['until its end', 4 - 1 / HOUR, 4],
    ['not at its end', 4, null],
  ])('%s', (_, hours, until) => {
    const expected = until === null ? null : MONDAY + until * HOUR;
    expect(holdsUntil(silence(), MONDAY + hours * HOUR)).toBe(expected);
  });

  it.each([
    ['outside of its windows', 21, null],
    ['in a window, over midnight', 25, 26],
    ['again in the next week', 7 * 24 + 22, 7 * 24 + 26],
  ])('weekly: %s', (_, hours, until) => {
    const weekly = silence({ ends_at: null, weekly: nights });
    const expected = until === null ? null : MONDAY + until * HOUR;
    expect(holdsUntil(weekly, MONDAY + hours * HOUR)).toBe(expected);
  });

  it('never, if it is weekly in a time zone that this system does not know', () => {
    const weekly = { ...nights, time_zone: 'Mars/Olympus' };
    expect(holdsUntil(silence({ ends_at: null, weekly }), MONDAY + 25 * HOUR)).toBeNull();
  });

  it('ends a window early if the silence itself ends', () => {
    const weekly = silence({ ends_at: MONDAY + 23 * HOUR, weekly: nights });
    expect(holdsUntil(weekly, MONDAY + 22 * HOUR)).toBe(MONDAY + 23 * HOUR);
    expect(holdsUntil(weekly, MONDAY + 24 * HOUR)).toBeNull();
  });
});

describe('what a silence holds', () => {
  const tags = new Map([
    ['web', ['prod', 'eu']],
    ['lab', ['test']],
  ]);
  const held = (more: Partial<SilenceEntity>, machine_id: string, rule_id: string | null = 'cpu') =>
    holdsAt([silence(more)], (id) => tags.get(id) ?? [], MONDAY)({ machine_id, rule_id }) !== null;

  it('is everything if it names nothing', () => {
    expect(held({}, 'web')).toBe(true);
    expect(held({}, 'gone', null)).toBe(true);
  });

  it('is what matches every list that has entries', () => {
    expect(held({ machine_ids: ['web'] }, 'web')).toBe(true);
    expect(held({ machine_ids: ['web'] }, 'lab')).toBe(false);
    expect(held({ tags: ['eu', 'us'] }, 'web')).toBe(true);
    expect(held({ tags: ['eu'] }, 'lab')).toBe(false);
    expect(held({ rule_ids: ['cpu'] }, 'web')).toBe(true);
    expect(held({ machine_ids: ['web'], rule_ids: ['disk'] }, 'web')).toBe(false);
    expect(held({ machine_ids: ['web'], tags: ['test'] }, 'web')).toBe(false);
  });

  it('never is more because a machine or a rule was deleted', () => {
    expect(held({ machine_ids: ['gone'] }, 'web')).toBe(false);
    expect(held({ tags: ['prod'] }, 'gone')).toBe(false);
    expect(held({ rule_ids: ['cpu'] }, 'web', null)).toBe(false);
  });

  it('is said to be held by the silence that ends last', () => {
    const longer = silence({ id: 'longer', ends_at: MONDAY + 9 * HOUR });
    const over = silence({ id: 'over', ends_at: MONDAY - HOUR });
    const holdOf = holdsAt([over, silence(), longer], () => [], MONDAY);
    expect(holdOf({ machine_id: 'web', rule_id: 'cpu' })).toEqual({
      silence_id: 'longer',
      until: MONDAY + 9 * HOUR,
    });
  });
});
