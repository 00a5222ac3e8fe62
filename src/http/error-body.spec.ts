import { BadRequestException, NotFoundException } from '@nestjs/common';
import { AppError, InvalidInputError, UnavailableError } from '../common/errors.js';
import { describeError } from './error-body.js';

describe('error body', () => {
  it('carries code and messages of our own errors', () => {
    expect(describeError(new InvalidInputError('metrics.invalid_sample', ['a', 'b'])).body).toEqual(
      {
        statusCode: 400,
        error: 'Bad Request',
        message: ['a', 'b'],
        code: 'metrics.invalid_sample',
      },
    );
  });

  it('says when to try again', () => {
    const described = describeError(new UnavailableError('metrics.queue_full', 'full', 7));
    expect(described).toMatchObject({ retryAfterSeconds: 7, body: { statusCode: 503 } });
  });

  it.each([
    [new NotFoundException('GET /x does not exist'), 404, 'request.not_found'],
    [new BadRequestException('no'), 400, 'request.invalid'],
    [new AppError('rate_limited', 'auth.rate_limited', 'slower'), 429, 'auth.rate_limited'],
    [{ code: 'FST_ERR_CTP_BODY_TOO_LARGE' }, 413, 'request.body_too_large'],
    [{ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }, 415, 'request.unsupported_content_type'],
    [Object.assign(new SyntaxError('x'), { statusCode: 400 }), 400, 'request.invalid_json'],
    [{ code: 'ECONNREFUSED' }, 503, 'database.unavailable'],
    [{ message: 'x', driverError: { code: '57P01' } }, 503, 'database.unavailable'],
    [{ message: 'x', driverError: { code: '53100' } }, 503, 'database.storage_full'],
    [{ code: 'SQLITE_FULL' }, 503, 'database.storage_full'],
    [new Error('Connection terminated unexpectedly'), 503, 'database.unavailable'],
  ])('of %p', (error, statusCode, code) => {
    expect(describeError(error).body).toMatchObject({ statusCode, code });
  });

  it('tells nothing of what was not meant for callers', () => {
    const { body } = describeError(new Error('password=hunter2'));
    expect(body.statusCode).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});
