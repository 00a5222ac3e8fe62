/** Hashing of passwords under load. */
import { UnavailableError } from '../../common/errors.js';
import { PasswordsService } from './passwords.service.js';

describe('PasswordsService', () => {
  it('verifies what it has hashed, and nothing for an unknown account', async () => {
    const passwords = new PasswordsService();
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await expect(passwords.verify(hash, 'correct horse')).resolves.toBe(true);
    await expect(passwords.verify(hash, 'wrong horse')).resolves.toBe(false);
    await expect(passwords.verify(null, 'no account has this password')).resolves.toBe(false);
  });

  it('refuses more than a hundred waiting sign-ins and completes the others', async () => {
    const passwords = new PasswordsService();
    const hash = await passwords.hash('password');
    // The hash for unknown accounts, made at the start, takes no place any more.
    await passwords.verify(null, 'password');
    const results = await Promise.allSettled(
      Array.from({ length: 110 }, () => passwords.verify(hash, 'password')),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(110 - 2 - 100);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(UnavailableError);
    }
    await expect(passwords.verify(hash, 'password')).resolves.toBe(true);
  });
});
