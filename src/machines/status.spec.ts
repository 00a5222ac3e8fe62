import { type SignOfLife, statusOf } from './status.js';

const context = { now: 1_000_000, listeningSince: 0, replicaLagMs: 7_000 };
const seen = (agoMs: number, more: Partial<SignOfLife> = {}): SignOfLife => ({
  lastSeenAt: context.now - agoMs,
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

  it('waits longer for news of another replica', () => {
    expect(statusOf(seen(20_000, { remote: true }), 5, context)).toBe('online');
    expect(statusOf(seen(22_001, { remote: true }), 5, context)).toBe('offline');
  });

  it('gives a machine that was online time to come back after a restart', () => {
    const restarted = { ...context, listeningSince: context.now - 10_000 };
    expect(statusOf(seen(600_000, { knownStatus: 'online' }), 5, restarted)).toBe('online');
    expect(statusOf(seen(600_000, { knownStatus: 'offline' }), 5, restarted)).toBe('offline');
    const later = { ...context, listeningSince: context.now - 16_000 };
    expect(statusOf(seen(600_000, { knownStatus: 'online' }), 5, later)).toBe('offline');
  });
});
