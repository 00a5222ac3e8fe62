import { parse } from 'yaml';
import type { ApiKey } from '../../../src/contracts/index.js';
import { keyState, usageOf, usesText } from './key-text.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');

const key = (changes: Partial<ApiKey>): ApiKey => ({
  id: '1',
  name: 'office',
  scope: 'enroll',
  hint: 'psk_e_abc',
  machine_id: null,
  created_at: '2026-01-01T00:00:00Z',
  created_by: 'a@b.c',
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
  max_uses: null,
  uses: 0,
  ...changes,
});

describe('the state of a key', () => {
  it.each([
    [{}, 'in force'],
    [{ expires_at: '2026-06-02T00:00:00Z' }, 'in force'],
    [{ expires_at: '2026-06-01T00:00:00Z' }, 'expired'],
    [{ max_uses: 2, uses: 1 }, 'in force'],
    [{ max_uses: 2, uses: 2 }, 'used up'],
    [{ revoked_at: '2026-02-01T00:00:00Z', expires_at: '2026-03-01T00:00:00Z' }, 'revoked'],
  ] as const)('%j is %s', (changes, state) => {
    expect(keyState(key(changes), NOW)).toBe(state);
  });

  it('counts uses of enrolment keys alone', () => {
    expect(usesText(key({ uses: 3 }))).toBe('3');
    expect(usesText(key({ uses: 3, max_uses: 10 }))).toBe('3 of 10');
    expect(usesText(key({ scope: 'read' }))).toBeNull();
  });
});

describe('what to paste to use a key', () => {
  it('is the command of the agent', () => {
    const usages = usageOf('enroll', 'psk_e_1', 'http://monitor:8080');
    expect(usages.map(({ where }) => where)).toEqual([
      expect.stringContaining('Linux'),
      expect.stringContaining('Windows'),
    ]);
    for (const { text } of usages) {
      expect(text).toContain('--server http://monitor:8080 --enrollment-key psk_e_1');
    }
  });

  it('is a call of the API', () => {
    expect(usageOf('read', 'psk_r_1', 'https://monitor/procspy')[0]?.text).toBe(
      "curl -H 'Authorization: Bearer psk_r_1' https://monitor/procspy/api/v1/machines",
    );
  });

  it.each([
    ['http://monitor:8080', { static_configs: [{ targets: ['monitor:8080'] }] }],
    [
      'https://monitor.example.org/procspy',
      {
        scheme: 'https',
        metrics_path: '/procspy/metrics',
        static_configs: [{ targets: ['monitor.example.org'] }],
      },
    ],
  ])('is a job of Prometheus for %s', (address, expected) => {
    const [usage] = usageOf('prometheus', 'psk_p_1', address);
    expect(parse(usage?.text ?? '')).toEqual([
      { job_name: 'procspy', authorization: { credentials: 'psk_p_1' }, ...expected },
    ]);
  });
});
