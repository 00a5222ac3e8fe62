/** The names of machines. */
import { machineNames } from './machine-names.js';

describe('the name of a machine', () => {
  const fleet = {
    machines: [],
    loading: false,
    error: null,
    hidden: 0,
  };

  it('is known to be gone only if all machines are known', () => {
    expect(machineNames(fleet)('m1')).toBe('a deleted machine');
    expect(machineNames({ ...fleet, loading: true })('m1')).toBe('…');
    expect(machineNames({ ...fleet, hidden: 1 })('m1')).toBe('a machine');
    expect(machineNames({ ...fleet, error: new Error('no answer') })('m1')).toBe('a machine');
  });
});
