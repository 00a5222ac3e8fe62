import { auditQuery } from './audit-filters.js';

describe('the filters of the audit log', () => {
  it('come from the address', () => {
    const address = 'action=user.create&actor=anna&outcome=failure&from=2026-03-01&to=2026-03-31';
    expect(auditQuery(new URLSearchParams(address))).toEqual({
      action: 'user.create',
      actor: 'anna',
      outcome: 'failure',
      from: new Date(2026, 2, 1).getTime(),
      to: new Date(2026, 3, 1).getTime(),
    });
  });

  it('are none without one that is understood', () => {
    const query = auditQuery(new URLSearchParams('outcome=maybe&from=yesterday&to=2026-99-99'));
    expect(Object.values(query).filter((value) => value !== undefined)).toEqual([]);
  });
});
