import { AppError } from '../../common/errors.js';
import type { Credential } from '../credential.js';
import { CredentialCacheService } from './credential-cache.service.js';

function credential(life: string, expiresAt = Number.POSITIVE_INFINITY): Credential {
  return {
    principal: { kind: 'key', id: life, scope: 'read' },
    via: 'key',
    life,
    expiresAt,
  };
}

describe('the credential cache', () => {
  let now: number;
  let cache: CredentialCacheService;
  let lookups: number;

  beforeEach(() => {
    now = 1_000_000;
    lookups = 0;
    cache = new CredentialCacheService({ now: () => now });
  });

  const get = (hash: string, found: Credential = credential(hash)) =>
    cache.get(hash, async () => {
      lookups += 1;
      return found;
    });

  it('shares one lookup between callers at the same moment', async () => {
    await Promise.all(Array.from({ length: 20 }, () => get('a')));
    expect(lookups).toBe(1);
  });

  it('believes a lookup for less than five seconds', async () => {
    await get('a');
    now += 4_000;
    expect(cache.peek('a')).toBeDefined();
    now += 1_000;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('believes it longer while revocations are read, but looks it up again in ten minutes', async () => {
    await get('a');
    for (let elapsed = 0; elapsed < 599_000; elapsed += 1_000) {
      now += 1_000;
      cache.confirm(now);
      expect(cache.peek('a')).toBeDefined();
    }
    now += 1_000;
    cache.confirm(now);
    expect(cache.peek('a')).toBeUndefined();
  });

  it('forgets what was revoked at once, whichever tokens live by it', async () => {
    await get('key', credential('id'));
    await get('token', credential('id'));
    await get('other', credential('another id'));
    cache.revoke(['id']);
    expect([cache.peek('key'), cache.peek('token')]).toEqual([undefined, undefined]);
    expect(cache.peek('other')).toBeDefined();
  });

  it('does not bring back what was revoked while it was being looked up', async () => {
    let finish: (found: Credential) => void = () => undefined;
    const lookup = cache.get('a', () => new Promise((resolve) => (finish = resolve)));
    cache.revoke(['id']);
    finish(credential('id'));
    await lookup;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('ends a credential at its time', async () => {
    await get('a', credential('id', now + 1_000));
    now += 999;
    expect(cache.peek('a')).toBeDefined();
    now += 1;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('refuses again for two seconds without a lookup, but asks again after a fault', async () => {
    const refuse = (error: Error) =>
      cache.get('bad', async () => {
        lookups += 1;
        throw error;
      });
    const refusal = new AppError('unauthenticated', 'auth.invalid_key', 'unknown');
    await expect(refuse(refusal)).rejects.toBe(refusal);
    await expect(refuse(refusal)).rejects.toBe(refusal);
    expect(lookups).toBe(1);
    now += 2_000;
    await expect(refuse(new Error('database gone'))).rejects.toThrow('database gone');
    await expect(refuse(new Error('database gone'))).rejects.toThrow('database gone');
    expect(lookups).toBe(3);
  });
});
