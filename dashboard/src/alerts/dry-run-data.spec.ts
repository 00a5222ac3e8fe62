import type { DeviceHistory, DryRunMachine, MachineSummary } from '../../../src/contracts/index.js';
import { coveredMachines, dryRunRuleOf, worstDevice, worstFirst } from './dry-run-data.js';
import { definitionOf, NEW_RULE } from './rule-draft.js';

const cpu = definitionOf({ ...NEW_RULE, name: 'CPU' }, null);
const END = Date.parse('2026-05-01T12:00:00Z');
const at = (minutes: number) => new Date(END - minutes * 60_000).toISOString();

function fired(name: string, firing_seconds: number, alerts: DryRunMachine['alerts'] = []) {
  return { machine_id: name, machine_name: name, fired: 1, firing_seconds, alerts };
}

describe('a dry run', () => {
  it('is the same for what does not change when the rule fires', () => {
    const other = { ...cpu, name: 'Other', channel_ids: ['1'], repeat_seconds: 60, enabled: false };
    expect(dryRunRuleOf({ ...other, severity: 'critical' })).toEqual(dryRunRuleOf(cpu));
    expect(dryRunRuleOf({ ...cpu, threshold: 91 })).not.toEqual(dryRunRuleOf(cpu));
  });

  it('begins with the machine that fired longest', () => {
    const machines = [fired('short', 10), fired('long', 90)];
    const answer = { machines } as Parameters<typeof worstFirst>[0];
    expect(worstFirst(answer).map(({ machine_name }) => machine_name)).toEqual(['long', 'short']);
  });

  it('knows the machines of a scope', () => {
    const machine = (machine_id: string, tags: string[]) =>
      ({ machine_id, machine_name: machine_id, tags }) as MachineSummary;
    const all = [machine('b', ['web']), machine('a', ['db'])];
    const names = (scope: typeof cpu.scope) =>
      coveredMachines({ ...cpu, scope }, all).map(({ machine_name }) => machine_name);
    expect(names({ all: true })).toEqual(['a', 'b']);
    expect(names({ tags: ['web'] })).toEqual(['b']);
    expect(names({ machine_ids: ['a'] })).toEqual(['a']);
  });

  describe('of devices', () => {
    const rule = definitionOf({ ...NEW_RULE, watched: 'filesystem/usage' }, null);
    const device = (name: string, ...usage: (number | null)[]) => ({ name, columns: { usage } });
    const history = {
      devices: [device('/', 20, 95), device('/data', 70, 80), device('/new', null)],
    } as unknown as DeviceHistory;
    const alert = (name: string, from: number, to: number | null) => ({
      device: { kind: 'filesystem' as const, name },
      fired_at: at(from),
      resolved_at: to === null ? null : at(to),
      peak_value: 1,
    });

    it('shows the one that fired longest', () => {
      const machine = fired('m', 1, [alert('/', 60, 50), alert('/data', 30, null)]);
      expect(worstDevice(rule, machine, history, END)?.name).toBe('/data');
    });

    it('shows the one that came closest if none fired', () => {
      expect(worstDevice(rule, undefined, history, END)?.name).toBe('/');
      expect(worstDevice({ ...rule, operator: 'lt' }, undefined, history, END)?.name).toBe('/');
      const none = { devices: [] } as unknown as DeviceHistory;
      expect(worstDevice(rule, undefined, none, END)).toBeNull();
    });

    it('shows only the one that the rule names', () => {
      const named = { ...rule, device: { kind: 'filesystem' as const, name: '/data' } };
      expect(worstDevice(named, undefined, history, END)?.name).toBe('/data');
    });
  });
});
