import { identityAfter, identityOf, identityOfDeleted } from './identity.js';

describe('identity of a machine', () => {
  it('is its fingerprint, or its name where it has none', () => {
    expect(identityOf({ machine_name: 'web', machine_fingerprint: 'abc' })).toBe('fp:abc');
    expect(identityOf({ machine_name: 'web' })).toBe('name:web');
    expect(identityOf({ machine_name: 'web', machine_fingerprint: null })).toBe('name:web');
  });

  it('cannot be that of a deleted machine', () => {
    const deleted = identityOfDeleted('0b0e');
    expect(deleted).not.toBe(identityOf({ machine_name: 'deleted:0b0e' }));
  });

  it.each([
    ['same fingerprint', 'fp:a', 'web', { machine_name: 'web', machine_fingerprint: 'a' }, 'fp:a'],
    ['new name', 'fp:a', 'web', { machine_name: 'db', machine_fingerprint: 'a' }, 'fp:a'],
    ['other fingerprint', 'fp:a', 'web', { machine_name: 'web', machine_fingerprint: 'b' }, null],
    ['fingerprint left out', 'fp:a', 'web', { machine_name: 'web' }, 'fp:a'],
    ['left out, new name', 'fp:a', 'web', { machine_name: 'db' }, null],
    ['same name', 'name:web', 'web', { machine_name: 'web' }, 'name:web'],
    ['other name', 'name:web', 'web', { machine_name: 'db' }, null],
    ['gains one', 'name:web', 'web', { machine_name: 'web', machine_fingerprint: 'a' }, 'fp:a'],
    ['gains, new name', 'name:web', 'web', { machine_name: 'db', machine_fingerprint: 'a' }, null],
  ])('after a registration by its own key: %s', (_, identity, reported_name, claim, after) => {
    expect(identityAfter({ identity, reported_name }, claim)).toBe(after);
  });
});
