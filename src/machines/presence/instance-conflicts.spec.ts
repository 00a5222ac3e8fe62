import { InstanceConflicts } from './instance-conflicts.js';

describe('two agents under one identity', () => {
  const conflicts = (pushes: [instance: string, at: number][]) => {
    const watch = new InstanceConflicts();
    return pushes.map(([instance, at]) => watch.note(1, instance, at));
  };

  it('are noticed when they alternate within a minute', () => {
    expect(
      conflicts([
        ['a', 0],
        ['b', 5_000],
        ['a', 10_000],
        ['b', 15_000],
      ]),
    ).toEqual([false, false, true, true]);
  });

  it('are not a restart, nor several', () => {
    expect(
      conflicts([
        ['a', 0],
        ['b', 1_000],
        ['b', 2_000],
        ['c', 3_000],
        ['d', 4_000],
      ]),
    ).not.toContain(true);
  });

  it('are not an agent that comes back after long', () => {
    expect(
      conflicts([
        ['a', 0],
        ['b', 1_000],
        ['a', 61_001],
      ]),
    ).not.toContain(true);
  });

  it('are told apart by machine', () => {
    const watch = new InstanceConflicts();
    watch.note(1, 'a', 0);
    watch.note(2, 'b', 0);
    expect(watch.note(1, 'a', 1)).toBe(false);
    watch.forget(1);
    expect(watch.note(1, 'b', 2)).toBe(false);
  });
});
