import { Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { errorAnswer } from './error-answer.js';
import { createLogger, NestLogger } from './logger.js';

describe('the log', () => {
  let lines: Record<string, unknown>[];

  beforeEach(() => {
    lines = [];
    const write = (line: string) => lines.push(JSON.parse(line));
    Logger.overrideLogger(new NestLogger(createLogger('info', false, { write })));
  });

  afterEach(() => Logger.overrideLogger(false));

  it('tells what failed without parameters of statements and of addresses', () => {
    const driver = Object.assign(new Error('NOT NULL constraint failed: users.email'), {
      code: 'SQLITE_CONSTRAINT_NOTNULL',
    });
    const error = new QueryFailedError('UPDATE users SET hash = ?', ['secret-hash'], driver);
    const request = { method: 'PATCH', url: '/api/v1/users/1?api_key=psk_r_secret', id: 'one' };
    errorAnswer(error, request);
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'PATCH /api/v1/users/1 (one) failed',
        err: {
          type: 'QueryFailedError',
          message: 'NOT NULL constraint failed: users.email',
          stack: expect.any(String),
          code: 'SQLITE_CONSTRAINT_NOTNULL',
        },
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('is one JSON object a line, whatever the text', () => {
    new Logger('Test').warn('one\n{"level":60}');
    expect(lines).toEqual([
      expect.objectContaining({ level: 40, context: 'Test', msg: 'one\n{"level":60}' }),
    ]);
  });
});
