import { createCipheriv, randomBytes } from 'node:crypto';
import { SealedBox } from './sealed-box.js';

describe('a sealed box', () => {
  const key = randomBytes(32);
  const box = new SealedBox(key);

  it('opens what it sealed, each time sealed differently', () => {
    expect(box.open(box.seal('päss'))).toBe('päss');
    expect(box.open(box.seal('päss', 'id'), 'id')).toBe('päss');
    expect(box.seal('päss')).not.toBe(box.seal('päss'));
  });

  it('stays closed under another key or context', () => {
    expect(new SealedBox(randomBytes(32)).open(box.seal('a'))).toBeNull();
    expect(box.open(box.seal('a', 'one'), 'two')).toBeNull();
    expect(box.open(box.seal('a', 'one'))).toBeNull();
  });

  it('stays closed if a single bit was changed or the end is missing', () => {
    const sealed = Buffer.from(box.seal('secret'), 'base64url');
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(box.open(changed.toString('base64url'))).toBeNull();
      expect(box.open(sealed.subarray(0, at).toString('base64url'))).toBeNull();
    }
  });

  it('opens what was sealed without any context, as second factors were', () => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([cipher.update('base32', 'utf8'), cipher.final()]);
    const bytes = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    expect(box.open(bytes.toString('base64url'))).toBe('base32');
  });
});
