import { type SignOfLife, silentSince, statusOf } from './status.js';

const context = { now: 1_000_000, listeningSince: 0, replicaLagMs: 7_000 };
const seen = (agoMs: number, more: Partial<SignOfLife> = {}): SignOfLife => ({
  lastSeenAt: context.now - agoMs,
  goodbye: null,
  remote: false,
  knownStatus: null,
  ...more,
});

describe('status of a machine', () => {
  it('is pending until it reports', () => {
    expect(statusOf(seen(0, { lastSeenAt: null }), 5, context)).toBe('pending');
  });

  it.each([
    [0, 5, 'online'],
    [15_000, 5, 'online'],
    [15_001, 5, 'offline'],
    [15_001, 10, 'online'],
    [30_001, 10, 'offline'],
    [15_000, 0.1, 'online'],
  ])('%i ms after a report, every %d s, is %s', (ago, interval, status) => {
    expect(statusOf(seen(ago), interval, context)).toBe(status);
  });

  it.each([
    ['stopped', 'stopped'],
    ['shutdown', 'stopped'],
    ['sleep', 'asleep'],
  ] as const)('after the goodbye %s is %s at once, and for good', (goodbye, status) => {
    expect(statusOf(seen(0, { goodbye }), 5, context)).toBe(status);
    const restarted = { ...context, listeningSince: context.now };
    const life = seen(900_000, { goodbye, knownStatus: 'online' });
    expect(statusOf(life, 5, restarted)).toBe(status);
    expect(silentSince(life, context.now)).toBe(life.lastSeenAt);
  });

  it('waits longer for what another replica writes', () => {
    expect(statusOf(seen(20_000, { remote: true }), 5, context)).toBe('online');
    expect(statusOf(seen(22_001, { remote: true }), 5, context)).toBe('offline');
  });

  describe('after a restart of the server', () => {
    const restarted = (agoMs: number) => ({ ...context, listeningSince: context.now - agoMs });

    it.each(['online', 'pending', null] as const)(
      'waits for the longest pause of an agent that was %s before',
      (knownStatus) => {
        const life = seen(600_000, { knownStatus });
        expect(statusOf(life, 5, restarted(75_000))).toBe('online');
        expect(statusOf(life, 5, restarted(75_001))).toBe('offline');
      },
    );

    it('leaves a machine offline that was so before', () => {
      const life = seen(600_000, { knownStatus: 'offline' });
      expect(statusOf(life, 5, restarted(1_000))).toBe('offline');
      expect(silentSince(life, context.now)).toBe(life.lastSeenAt);
    });

    it('judges a machine that reported since as ever', () => {
      expect(statusOf(seen(15_001, { knownStatus: 'online' }), 5, restarted(16_000))).toBe(
        'offline',
      );
    });

    it('counts no silence from before the server listened', () => {
      const life = seen(600_000, { knownStatus: 'online' });
      expect(silentSince(life, context.now - 75_001)).toBe(context.now - 15_001);
    });
  });
});
