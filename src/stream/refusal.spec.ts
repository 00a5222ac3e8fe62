import { AppError } from '../common/errors.js';
import { HandshakeRefused, refusalOf } from './refusal.js';

describe('a refusal over a socket', () => {
  it.each([
    [new AppError('forbidden', 'metrics.other_machine', 'not yours'), 403],
    [new AppError('rate_limited', 'stream.too_many_pushes', 'wait'), 429],
    [new AppError('invalid', 'metrics.invalid_batch', 'no samples'), 400],
  ])('carries the status, code and message of the HTTP answer: %s', (error, status) => {
    const { code, message } = error;
    expect(refusalOf(error)).toEqual({ ok: false, status, code, message });
  });

  it('of a handshake carries them as well', () => {
    const error = new AppError('unauthenticated', 'auth.key_revoked', 'the key was revoked');
    expect(new HandshakeRefused(error).data).toEqual({
      status: 401,
      code: 'auth.key_revoked',
      message: 'the key was revoked',
    });
  });
});
