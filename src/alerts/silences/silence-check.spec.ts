import type { QuietHours } from '../../contracts/index.js';
import { silenceOf } from './silence-check.js';

const NOW = Date.parse('2026-01-05T12:00:00Z');
const LATER = '2026-01-05T13:00:00Z';

describe('a silence as written', () => {
  it('begins now and matches everything unless it says otherwise', () => {
    expect(silenceOf({ ends_at: LATER }, NOW)).toEqual({
      comment: '',
      machine_ids: [],
      tags: [],
      rule_ids: [],
      starts_at: NOW,
      ends_at: NOW + 3_600_000,
      weekly: null,
    });
  });

  it('may come back every week without an end', () => {
    const weekly: QuietHours = {
      time_zone: 'Europe/Berlin',
      windows: [{ days: ['sun'], from: '02:00', to: '04:00' }],
    };
    expect(silenceOf({ weekly }, NOW)).toMatchObject({ ends_at: null, weekly });
  });

  it.each([
    ['no end', {}, 'ends_at must be given'],
    ['an end before its start', { starts_at: LATER, ends_at: LATER }, 'later than starts_at'],
    ['an end that is past', { starts_at: 0, ends_at: NOW }, 'in the future'],
    [
      'no window',
      { weekly: { time_zone: 'UTC', windows: [] } },
      'weekly.windows must have an entry',
    ],
    ['an unknown time zone', { weekly: { time_zone: 'Mars', windows: [] } }, 'weekly.time_zone'],
  ])('is refused with %s', (_, body, fault) => {
    expect(() => silenceOf(body as object, NOW)).toThrow(fault);
  });
});
