/** The key in the address of a wall. */
import { KeySource, wallKey } from './wall-key.js';

describe('the key of a wall', () => {
  it.each([
    ['#key=psk_r_abc-_1', 'psk_r_abc-_1'],
    ['#other=1&key=psk_r_x', 'psk_r_x'],
    ['#key=', null],
    ['#key=%20', null],
    ['#psk_r_x', null],
    ['', null],
  ])('in %j is %j', (hash, key) => {
    expect(wallKey(hash)).toBe(key);
  });

  it('is the token, and is not renewed', async () => {
    const source = new KeySource('psk_r_x');
    expect(source.token()).toBe('psk_r_x');
    await expect(source.renew()).resolves.toBe(false);
  });
});
