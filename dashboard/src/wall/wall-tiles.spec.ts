/** What the tiles show, and which are large. */
import type { Alert, MachineSummary } from '../../../src/contracts/index.js';
import { machineOf, sampleOf } from '../shared/fixtures/machines.js';
import { judged } from '../shared/machines/troubles.js';
import { RecentTroubles, tilesOf } from './wall-tiles.js';

const now = Date.UTC(2026, 0, 1);
const machine = (name: string, cpu: number, change: Partial<MachineSummary> = {}) =>
  machineOf(name, { latest: sampleOf(now, { cpu, ram: 40.4 }), ...change });
// Only what the tiles read.
const alert = (machine_id: string, rule_name: string, severity = 'critical') =>
  ({ machine_id, rule_name, severity }) as unknown as Alert;

const fleet = judged(
  [
    machine('fine', 5),
    machine('warm', 80),
    machine('hot', 95),
    machine('down', 5, { status: 'offline' }),
    machine('alarmed', 5),
    machine('warned', 5),
    machine('asleep', 5, { status: 'asleep' }),
    machine('late', 5, { last_seen_at: new Date(now - 60_000).toISOString() }),
  ],
  { now, version: '1.0.0' },
);
const alerts = [
  alert('alarmed', 'Disk is full'),
  alert('alarmed', 'Disk is full'),
  alert('alarmed', 'Too hot', 'info'),
  alert('warned', 'Busy', 'warning'),
];

describe('the tiles of the wall', () => {
  it('are large for machines that need attention, worst first', () => {
    const { large, small } = tilesOf(fleet, alerts, (_, needsAttention) => needsAttention);
    expect(large.map(({ name, state, word }) => [name, state, word])).toEqual([
      ['down', 'down', 'offline'],
      ['alarmed', 'alarm', 'alert'],
      ['hot', 'hot', 'hot'],
      ['warned', 'warning', 'alert'],
      ['late', 'late', 'late'],
    ]);
    expect(small.map(({ name, state, word }) => [name, state, word])).toEqual([
      ['warm', 'warm', 'online'],
      ['fine', 'ok', 'online'],
      ['asleep', 'away', 'asleep'],
    ]);
  });

  it('show numbers that are rounded, and the names of the rules that fire', () => {
    const { large } = tilesOf(fleet, alerts, () => true);
    expect(large.find(({ name }) => name === 'alarmed')).toMatchObject({
      cpu: '5%',
      ram: '40%',
      disk: '–',
      alerts: 'Disk is full, Too hot',
    });
  });

  it('stay large for a while', () => {
    const recent = new RecentTroubles(30_000);
    expect(recent.note('a', false, now)).toBe(false);
    expect(recent.note('a', true, now)).toBe(true);
    expect(recent.note('a', false, now + 29_999)).toBe(true);
    expect(recent.note('a', false, now + 30_000)).toBe(false);
    expect(recent.note('a', false, now + 30_001)).toBe(false);
  });
});
