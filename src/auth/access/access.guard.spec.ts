import { credentialOf } from './access.guard.js';

describe('the credential of a request', () => {
  it.each([
    [{ 'x-api-key': 'key' }, 'key'],
    [{ authorization: 'Bearer key' }, 'key'],
    [{ authorization: 'bearer   key ' }, 'key'],
    [{ 'x-api-key': 'one', authorization: 'Bearer other' }, 'one'],
    // Shown, though it can be none: it must be refused, not passed over.
    [{ authorization: 'Bearer two words' }, 'two words'],
    [{ 'x-api-key': '', authorization: 'Bearer ' }, undefined],
    // Of a proxy in front.
    [{ authorization: 'Basic bWU6aXQ=' }, undefined],
    [{}, undefined],
  ])('of %j is %j', (headers, expected) => {
    expect(credentialOf({ headers })).toBe(expected);
  });
});
