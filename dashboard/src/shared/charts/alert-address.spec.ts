/** The address of an alert. */
import { alertAddress } from './alert-address.js';

describe('the address of an alert', () => {
  const alert = {
    id: 'a',
    machine_id: 'm',
    pending_since: '1970-01-02T00:00:00.000Z',
    fired_at: '1970-01-02T00:01:00.000Z',
    resolved_at: null,
  };

  it('shows 15 minutes before it fired and 5 after, or after its end', () => {
    expect(alertAddress(alert)).toBe('/machines/m?from=85560000&to=86760000&alert=a');
    expect(alertAddress({ ...alert, resolved_at: '1970-01-02T01:00:00.000Z' })).toBe(
      '/machines/m?from=85560000&to=90300000&alert=a',
    );
  });

  it('counts from where it began while it has not fired', () => {
    expect(alertAddress({ ...alert, fired_at: null })).toContain('from=85500000');
  });
});
