/** What counts as wrong with a machine. */
import type { MachineSummary } from '../../../../src/contracts/index.js';
import { machineOf, sampleOf } from '../fixtures/machines.js';
import { troublesOf, troubleText } from './troubles.js';

const now = Date.UTC(2026, 0, 1);
const context = { now, version: '1.10.0' };

function machine(change: Partial<MachineSummary> & { silentMs?: number } = {}): MachineSummary {
  const { silentMs = 0, ...rest } = change;
  const seen = now - silentMs;
  return machineOf('one', {
    agent_version: '1.10.0',
    last_seen_at: new Date(seen).toISOString(),
    latest: sampleOf(seen, { cpu: 10 }),
    ...rest,
  });
}

describe('troubles of a machine', () => {
  it('are none while it reports in time with what it should have', () => {
    expect(troublesOf(machine(), context)).toEqual([]);
    expect(troublesOf(machine({ status: 'pending', last_seen_at: null }), context)).toEqual([]);
    expect(troublesOf(machine({ status: 'stopped', silentMs: 1e9 }), context)).toEqual([]);
  });

  it('come worst first', () => {
    const all = machine({
      silentMs: 60_000,
      identity_conflict: true,
      clock_offset_seconds: -90,
      agent_version: '0.9.0',
      latest: sampleOf(now, { disk: 95 }),
    });
    expect(troublesOf(all, context)).toEqual(['hot', 'conflict', 'late', 'clock', 'outdated']);
    expect(troublesOf({ ...all, status: 'offline' }, context)[0]).toBe('offline');
  });

  it.each([
    [1, 4_000, false],
    [1, 4_001, true],
    [5, 12_000, false],
    [5, 12_001, true],
    [60, 122_000, false],
    [60, 122_001, true],
  ])(
    'an interval of %i s and a silence of %i ms: late is %s',
    (interval_seconds, silentMs, late) => {
      const troubles = troublesOf(machine({ interval_seconds, silentMs }), context);
      expect(troubles.includes('late')).toBe(late);
    },
  );

  it.each([
    ['1.10.0', false],
    ['1.9.9', true],
    ['0.11.0', true],
    ['1.10.1', false],
    ['2.0.0', false],
    ['curl', false],
    ['1.9', false],
    ['1.9.0-beta.1', false],
  ])('an agent %s: outdated is %s', (agent_version, outdated) => {
    const troubles = troublesOf(machine({ agent_version }), context);
    expect(troubles.includes('outdated')).toBe(outdated);
  });

  it('are explained in a sentence', () => {
    const slow = machine({ clock_offset_seconds: -302, silentMs: 72_000, agent_version: '0.1.0' });
    expect(troubleText('clock', slow, context)).toBe('Its clock is 5m 2s slow');
    expect(troubleText('late', slow, context)).toBe(
      'Its samples are late: none for 1m 12s, expected every 5s',
    );
    expect(troubleText('outdated', slow, context)).toBe(
      'Its agent 0.1.0 is older than 1.10.0, which comes with this server',
    );
  });
});
