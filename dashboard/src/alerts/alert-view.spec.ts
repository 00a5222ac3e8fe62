import type { Alert } from '../../../src/contracts/index.js';
import { byMachine } from './alert-order.js';
import { addressOfView, isFiltered, viewOfAddress } from './alert-view.js';

describe('the view of the alerts', () => {
  it('is found again by its address', () => {
    const view = {
      state: 'resolved',
      severity: 'critical',
      machineId: 'm1',
      ruleId: 'r1',
      byMachine: true,
    } as const;
    expect(viewOfAddress(new URLSearchParams(addressOfView(view)))).toEqual(view);
    expect(isFiltered(view)).toBe(true);
  });

  it('has a plain address by default, and is the default for an unknown one', () => {
    const view = viewOfAddress(new URLSearchParams('state=x&severity=bad&group=y'));
    expect(addressOfView(view)).toEqual({});
    expect(isFiltered(view)).toBe(false);
  });
});

describe('alerts by machine', () => {
  it('begin with the machine that has the worst, and keep their order within', () => {
    const alert = (id: string, machine_id: string, machine_name = machine_id) =>
      ({ id, machine_id, machine_name }) as Alert;
    const groups = byMachine([alert('1', 'b'), alert('2', 'a'), alert('3', 'b', 'renamed')]);
    expect(groups.map(({ name, alerts }) => [name, alerts.map(({ id }) => id)])).toEqual([
      ['b', ['1', '3']],
      ['a', ['2']],
    ]);
  });
});
