import { retryAfterMs } from '../../http/answer.js';
import { pushOutcome } from './outcome.js';
import { statusOfCode } from './websocket-transport.js';

const own = (code: string) => JSON.stringify({ statusCode: 0, message: ['cpu is bad'], code });
const outcome = (status: number, body: string, headers = {}) =>
  pushOutcome({ status, body, headers }, 0);

describe('an answer to a push', () => {
  it('acknowledges only in the contract’s own words', () => {
    expect(outcome(200, '{"status":"metrics_received"}')).toEqual({
      kind: 'accepted',
      rejected: [],
    });
    for (const body of [
      '',
      '{}',
      '[]',
      'null',
      '<html>',
      '{"status":"ok"}',
      '{"status":"metrics_rec',
    ]) {
      expect(outcome(200, body).kind).toBe('retry');
    }
  });

  it('carries refused samples and wishes', () => {
    const rejected = [{ index: 1, message: 'no' }];
    const body = JSON.stringify({
      status: 'metrics_received',
      rejected,
      wants: { evidence_until: 9 },
    });
    expect(outcome(200, body)).toEqual({
      kind: 'accepted',
      rejected,
      wants: { evidence_until: 9 },
    });
  });

  it.each([
    [400, 'metrics.invalid_sample', 'refused'],
    [413, 'request.body_too_large', 'refused'],
    [401, 'auth.invalid_key', 'unauthorized'],
    [403, 'metrics.other_machine', 'unauthorized'],
    [404, 'machines.not_found', 'unknown_machine'],
    [408, 'request.timeout', 'retry'],
    [429, 'request.rate_limited', 'retry'],
    [500, 'server.internal', 'fault'],
    [502, 'request.failed', 'retry'],
    [503, 'metrics.queue_full', 'retry'],
  ])('of status %i and code %s is %s', (status, code, kind) => {
    expect(outcome(status, own(code))).toMatchObject({ kind, reason: `cpu is bad (${status})` });
  });

  it.each([400, 401, 403, 404, 302, 500, 502])(
    'of status %i from a proxy in between settles nothing',
    (status) => {
      expect(outcome(status, '<html>').kind).toBe('retry');
    },
  );

  it('that redirects says where to, since a key is not sent on', () => {
    const location = 'https://monitor.example.com/api/v1/metrics';
    expect(outcome(301, '', { location })).toEqual({
      kind: 'retry',
      reason: 'it redirects to https://monitor.example.com (301): give that address with --server',
    });
    expect(outcome(302, '')).toMatchObject({ reason: 'status 302' });
  });

  it('tells a revoked key from an unknown one', () => {
    expect(outcome(401, own('auth.key_revoked'))).toMatchObject({ revoked: true });
    expect(outcome(401, own('auth.invalid_key'))).toMatchObject({ revoked: false });
  });

  it('may ask to be left alone for some time', () => {
    expect(outcome(503, own('metrics.queue_full'), { 'retry-after': '7' })).toMatchObject({
      afterMs: 7000,
    });
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:30 GMT', 10_000)).toBe(20_000);
    expect(retryAfterMs('99999999', 0)).toBe(3_600_000);
    expect(retryAfterMs('soon', 0)).toBeUndefined();
  });
});

describe('a refusal over Socket.IO', () => {
  it.each([
    ['auth.key_revoked', 401],
    ['auth.rate_limited', 429],
    ['machines.not_found', 404],
    ['metrics.batch_too_large', 413],
    ['metrics.invalid_batch', 400],
    ['metrics.queue_full', 503],
    ['server.stopping', 503],
    ['stream.too_many_pushes', 503],
  ])('%s means %i', (code, status) => {
    expect(statusOfCode(code)).toBe(status);
  });
});
