/** Quiet hours in words. */
import type { Weekday } from '../../../src/contracts/index.js';
import { quietText } from './quiet-text.js';

describe('quiet hours in words', () => {
  it.each([
    [['mon', 'tue', 'wed', 'thu', 'fri'], 'Mon–Fri 22:00–07:00 (UTC)'],
    [['sun', 'sat'], 'Sat, Sun 22:00–07:00 (UTC)'],
    [['mon', 'wed', 'fri'], 'Mon, Wed, Fri 22:00–07:00 (UTC)'],
    [['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], 'daily 22:00–07:00 (UTC)'],
  ] as [Weekday[], string][])('on %j', (days, text) => {
    expect(quietText({ time_zone: 'UTC', windows: [{ days, from: '22:00', to: '07:00' }] })).toBe(
      text,
    );
  });
});
