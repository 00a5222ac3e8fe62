import type { AuditEntry } from '../../../src/contracts/index.js';
import { actionText, actorText, factsOf, subjectOf } from './audit-text.js';

const entry = (changes: Partial<AuditEntry>): AuditEntry => ({
  id: '1',
  at: '2026-01-01T00:00:00.000Z',
  action: 'user.create',
  outcome: 'success',
  actor_kind: 'user',
  actor_id: 'u1',
  actor_name: 'a@b.c',
  address: '10.0.0.1',
  target: 'u2',
  details: { email: 'new@b.c', role: 'viewer' },
  ...changes,
});

describe('an entry of the audit log', () => {
  it('says who did what to whom', () => {
    expect(actorText(entry({}))).toBe('a@b.c');
    expect(actionText(entry({}))).toBe('added the user');
    expect(subjectOf(entry({}))).toBe('new@b.c');
  });

  it('says that it failed', () => {
    const failed = entry({ action: 'session.open', outcome: 'failure', details: {} });
    expect(actionText(failed)).toBe('failed to sign in');
    expect(actionText(entry({ outcome: 'failure' }))).toBe('failed: added the user');
    expect(subjectOf(failed)).toBeNull();
  });

  it('keeps what this version does not know', () => {
    expect(actionText(entry({ action: 'comet.land' }))).toBe('comet.land');
    expect(actorText(entry({ actor_name: null, actor_kind: 'anonymous' }))).toBe('somebody');
    expect(actorText(entry({ actor_name: null, actor_kind: 'key' }))).toBe('key');
  });

  it('tells everything that is known', () => {
    const details = { machine_name: 'web-1', tags: ['a', 'b'], new: true };
    expect(factsOf(entry({ address: null, details }))).toEqual([
      ['Action', 'user.create'],
      ['Actor', 'user u1'],
      ['Target', 'u2'],
      ['machine name', 'web-1'],
      ['tags', '["a","b"]'],
      ['new', 'true'],
    ]);
  });
});
