/** The line that answers whether all is well. */
import type { Alert, AlertSeverity, MachineSummary } from '../../../../src/contracts/index.js';
import { machineOf, sampleOf } from '../fixtures/machines.js';
import { summaryOf } from './summary.js';
import { judged } from './troubles.js';

const now = Date.UTC(2026, 0, 1);
const QUIET = { alerts: [], total: 0 };

const machine = (name: string, change: Partial<MachineSummary> = {}) =>
  machineOf(name, { latest: sampleOf(now, { cpu: 5 }), ...change });

const summary = (machines: MachineSummary[], firing: Parameters<typeof summaryOf>[1] = QUIET) =>
  summaryOf(judged(machines, { now, version: '1.0.0' }), firing);

// Only what the summary reads.
const alert = (machine_id: string, severity: AlertSeverity) =>
  ({ machine_id, severity }) as unknown as Alert;

describe('the summary of the fleet', () => {
  it('says that all is well', () => {
    expect(summary([machine('a'), machine('b')])).toEqual({
      well: true,
      text: 'All 2 machines are well.',
      counts: [],
      machines: [],
    });
    expect(summary([machine('a')]).text).toBe('The machine is well.');
  });

  it('mentions machines that are away on purpose', () => {
    const away = [machine('a', { status: 'stopped' }), machine('b', { status: 'pending' })];
    expect(summary([machine('c'), ...away])).toMatchObject({
      well: true,
      text: '1 machine is well, 1 stopped, 1 pending.',
    });
    expect(summary(away).text).toBe('No machine reports: 1 stopped, 1 pending.');
  });

  it('counts what is wrong and names the machines, worst first', () => {
    const { well, counts, machines } = summary([
      machine('fine'),
      machine('late', { last_seen_at: new Date(now - 30_000).toISOString() }),
      machine('nas', { latest: sampleOf(now, { disk: 99 }) }),
      machine('web-10', { status: 'offline' }),
      machine('web-2', { status: 'offline' }),
    ]);
    expect(well).toBe(false);
    expect(counts.map(({ text }) => text)).toEqual(['2 offline', '1 hot', '1 late']);
    expect(machines.map(({ name }) => name)).toEqual(['web-2', 'web-10', 'nas', 'late']);
  });

  it('counts firing alerts by severity, and names their machines', () => {
    const { well, counts, machines } = summary([machine('a'), machine('b')], {
      alerts: [alert('b', 'warning'), alert('b', 'critical'), alert('b', 'critical')],
      total: 3,
    });
    expect(well).toBe(false);
    expect(counts.map(({ text }) => text)).toEqual(['2 critical alerts', '1 warning alert']);
    expect(machines.map(({ name }) => name)).toEqual(['b']);
    const many = summary([machine('a')], { alerts: [alert('a', 'info')], total: 500 });
    expect(many.counts[0]?.text).toBe('1+ info alerts');
  });

  it('takes a machine with an old agent for well, but says so', () => {
    const old = summary([machine('a', { agent_version: '0.9.0' })]);
    expect(old).toMatchObject({ well: true, machines: [] });
    expect(old.counts.map(({ text }) => text)).toEqual(['1 with an old agent']);
  });
});
