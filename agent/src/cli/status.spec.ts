import type { AgentStatus } from '../status-file.js';
import { describeFirstState } from './install.js';
import { statusLines } from './status.js';

const NOW = Date.UTC(2026, 0, 2);
const status: AgentStatus = {
  pid: 7,
  version: '1.0.0',
  server: 'https://monitor.example.com/',
  machine_id: 'm',
  started_at: new Date(NOW - 3_600_000).toISOString(),
  written_at: new Date(NOW - 12_000).toISOString(),
  samples_taken: 720,
  overruns: 0,
  memory_bytes: 48e6,
  asleep: false,
  cpu_seconds: 1.5,
  delivery: {
    state: 'delivering',
    problem: null,
    delivered: 1,
    refused: 0,
    retries: 0,
    setAside: 0,
    lastDeliveredMs: NOW - 14_000,
  },
  spool: { pending: 0, bytes: 800, inMemory: 0, dropped: 0, damaged: 0, diskError: null },
  collectors: [],
};

describe('the status in words', () => {
  it('of an agent that delivers', () => {
    const text = statusLines(7, status, NOW, '/s').join('\n');
    expect(text).toContain('an agent runs (process 7)\nas of 12 s ago:');
    expect(text).toContain('delivered  1 sample, last 14 s ago\n');
    expect(text).toContain('waiting    0 samples\n');
    expect(text).not.toContain('lost');
  });

  it('of one in trouble names what waits, what was lost and why', () => {
    const delivery = {
      ...status.delivery,
      state: 'unreachable' as const,
      problem: 'no way',
      setAside: 2,
    };
    const spool = { ...status.spool, pending: 9, bytes: 9000, dropped: 3, diskError: 'full' };
    const failing = {
      name: 'gpu',
      runs: 1,
      failures: 1,
      skipped: 0,
      totalMs: 1,
      error: 'no driver',
    };
    const text = statusLines(
      7,
      { ...status, delivery: { ...delivery, lastDeliveredMs: null }, spool, collectors: [failing] },
      NOW,
      '/s',
    ).join('\n');
    for (const part of [
      'state      unreachable: no way',
      'last never',
      'waiting    9 samples, 9.0 kB in the spool',
      'set aside  2 samples on which the server fails; tried again from time to time',
      'lost       3 samples given up',
      'full; samples wait in memory',
      'gpu        no driver',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('of no agent names the folder', () => {
    expect(statusLines(null, null, NOW, '/s')).toEqual(['no agent runs with /s']);
  });

  it('after an installation says at once whether it delivers', () => {
    expect(describeFirstState(status)).toMatch(
      /^the agent delivers to https:\/\/monitor\.example\.com\//,
    );
    const delivery = { ...status.delivery, state: 'refused' as const, problem: 'unknown key' };
    expect(describeFirstState({ ...status, delivery })).toMatch(
      /does not deliver yet: unknown key$/,
    );
  });
});
