/** Which preferences are taken. */
import { checkedPreferences } from './preferences.service.js';

describe('checkedPreferences', () => {
  it('takes any JSON under names of small letters, digits, dots and underscores', () => {
    const given = { units: 'binary', 'fleet.columns_2': ['cpu', null, { wide: true }], gone: null };
    expect(checkedPreferences(given)).toEqual(given);
    expect(checkedPreferences({})).toEqual({});
  });

  it.each([null, [], 'text', 1, undefined])('refuses %j, which is no object', (body) => {
    expect(() => checkedPreferences(body)).toThrow('the body must be an object');
  });

  it.each(['', 'Units', '1st', 'a b', 'a'.repeat(65), 'naïve'])('refuses the name %j', (name) => {
    expect(() => checkedPreferences({ [name]: 1, fine: 1 })).toThrow(
      /^"[^"]*" must be a name of at most 64 small letters/,
    );
  });
});
