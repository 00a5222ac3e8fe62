import type { Sample } from '../../domain-events/event-map.js';
import { PresenceMemory } from './presence-memory.js';

const sample = (machine: number, timestamp: number, cpu: number): Sample => ({
  machineKey: machine,
  machine_id: `id-${machine}`,
  timestamp,
  values: { cpu },
  devices: { cores: [{ name: '0', usage: cpu }] },
});
const row = (machine: number, last_seen_at: number, latest_at: number, cpu: number) => ({
  machine,
  last_seen_at,
  goodbye: null as string | null,
  latest_at,
  latest: JSON.stringify({ timestamp: new Date(latest_at).toISOString(), cpu, devices: {} }),
  writer: 'other',
  flushed_at: 1,
  known_status: null,
});

describe('presence in memory', () => {
  it('keeps the newest sample of each machine, and counts old ones as a sign of life', () => {
    const memory = new PresenceMemory();
    memory.note([sample(1, 100, 1), sample(2, 100, 2)], 1_000);
    memory.note([sample(1, 50, 9)], 2_000);
    expect(memory.metric(1, 'cpu')).toBe(1);
    expect(memory.get(1)?.lastSeenAt).toBe(2_000);
    expect(memory.latest(1, true)).toMatchObject({ cpu: 1, ram: null, devices: { cores: [{}] } });
    expect(memory.latest(1, false)).not.toHaveProperty('devices');
    expect(memory.latest(3, true)).toBeNull();
  });

  it('keeps a goodbye until the next sample, be it an old one', () => {
    const memory = new PresenceMemory();
    memory.note([sample(1, 100, 1)], 1_000);
    memory.noteGoodbye(1, 'sleep', 1_000);
    expect(memory.takeDirty()).toMatchObject([{ last_seen_at: 1_001, goodbye: 'sleep' }]);
    memory.merge([{ ...row(1, 1_001, 100, 1), goodbye: null }], true);
    expect(memory.get(1)?.goodbye).toBe('sleep');
    memory.note([sample(1, 50, 1)], 1_001);
    expect(memory.takeDirty()).toMatchObject([{ last_seen_at: 1_002, goodbye: null }]);
    memory.merge([{ ...row(1, 2_000, 100, 1), goodbye: 'stopped' }], true);
    expect(memory.get(1)?.goodbye).toBe('stopped');
  });

  it('hands out what changed, once', () => {
    const memory = new PresenceMemory();
    memory.note([sample(1, 100, 1), sample(1, 200, 2)], 1_000);
    const [written, ...others] = memory.takeDirty();
    expect(others).toEqual([]);
    expect(written).toMatchObject({ machine: 1, last_seen_at: 1_000, latest_at: 200 });
    expect(JSON.parse(written?.latest ?? '')).toMatchObject({ cpu: 2 });
    expect(memory.takeDirty()).toEqual([]);
    memory.putBack([1]);
    expect(memory.takeDirty()).toHaveLength(1);
  });

  it('takes what is newer from the table, and keeps what is newer here', () => {
    const memory = new PresenceMemory();
    memory.note([sample(1, 100, 1), sample(2, 100, 2)], 1_000);
    memory.merge([row(1, 2_000, 200, 11), row(2, 500, 50, 12), row(3, 700, 70, 13)], true);
    expect([1, 2, 3].map((machine) => memory.metric(machine, 'cpu'))).toEqual([11, 2, 13]);
    expect([1, 2, 3].map((machine) => memory.get(machine)?.remote)).toEqual([true, false, true]);
    memory.note([sample(1, 300, 3)], 3_000);
    expect(memory.metric(1, 'cpu')).toBe(3);
    expect(memory.get(1)?.remote).toBe(false);
  });

  it('forgets', () => {
    const memory = new PresenceMemory();
    memory.note([sample(1, 100, 1)], 1_000);
    memory.forget(1);
    expect(memory.takeDirty()).toEqual([]);
    expect(memory.metric(1, 'cpu')).toBeNull();
  });

  it('takes a lateness for a slow clock once it is steady', () => {
    const memory = new PresenceMemory();
    const at = (now: number, lateMs: number) => {
      memory.note([sample(1, now - lateMs, 1)], now);
      return memory.slowByMs(1);
    };
    expect(memory.slowByMs(1)).toBe(0);
    expect(at(10_000_000, 300_000)).toBe(0);
    expect(at(10_005_000, 301_000)).toBe(0);
    expect(at(10_010_000, 299_000)).toBe(300_000);
    // A backlog catches up: its samples come less and less late.
    expect(at(10_011_000, 200_000)).toBe(0);
    expect(at(10_021_000, 100_000)).toBe(0);
    expect(at(10_022_000, 100)).toBe(0);
    expect(at(10_040_000, 100)).toBe(0);
  });

  it('takes a push that is ahead of its time for a sign of life', () => {
    const memory = new PresenceMemory();
    memory.noteAhead(1, 600_000, 5_000);
    expect(memory.get(1)).toMatchObject({ lastSeenAt: 5_000, refusedAheadMs: 600_000 });
    expect(memory.latest(1, true)).toBeNull();
    expect(memory.takeDirty()).toEqual([
      { machine: 1, last_seen_at: 5_000, goodbye: null, latest_at: null, latest: null },
    ]);
    memory.note([sample(1, 6_000, 1)], 6_000);
    expect(memory.get(1)?.refusedAheadMs).toBeNull();
  });
});
