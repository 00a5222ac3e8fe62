import { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { errorAnswer } from '../http/error-answer.js';
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

  it('is one line for people, too, with what belongs to it below', () => {
    let text = '';
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const logger = createLogger('info', true, destination);
    Logger.overrideLogger(new NestLogger(logger));
    new Logger('Alerts').warn('o\u001b[2Jne\n2026-11-27T00:00:00.000Z FATAL two');
    new Logger('Alerts').error('it failed', new Error('the cause'));
    logger.info({ ms: 12 }, 'no source');
    const stamp = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
    expect(text.split('\n')).toEqual([
      expect.stringMatching(`^${stamp} WARN  Alerts: o\\[2Jne$`),
      '    2026-11-27T00:00:00.000Z FATAL two',
      expect.stringMatching(`^${stamp} ERROR Alerts: it failed$`),
      '    Error: the cause',
      ...Array.from(text.matchAll(/^ {8}at .*$/gm), ([line]) => line),
      expect.stringMatching(`^${stamp} INFO  no source {"ms":12}$`),
      '',
    ]);
    expect(text).toMatch(/^ {8}at /m);
  });
});
