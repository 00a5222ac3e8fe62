import { QueryFailedError } from 'typeorm';
import { faultOf } from './faults.js';

const withCode = (code: string) => Object.assign(new Error('said by the driver'), { code });

describe('the fault of a database error', () => {
  it.each([
    ['ECONNREFUSED', 'unreachable'],
    ['57P01', 'unreachable'],
    ['40P01', 'unreachable'],
    ['53100', 'storage_full'],
    ['SQLITE_FULL', 'storage_full'],
    ['SQLITE_IOERR_WRITE', 'storage_full'],
    ['23505', 'unique_violation'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'unique_violation'],
    ['42601', null],
  ])('%s is %s, also inside an error of TypeORM', (code, fault) => {
    expect(faultOf(withCode(code))).toBe(fault);
    expect(faultOf(new QueryFailedError('SELECT 1', [], withCode(code)))).toBe(fault);
  });

  it('is found by the words of a driver that gives no code, and among several errors', () => {
    expect(faultOf(new Error('Connection terminated unexpectedly'))).toBe('unreachable');
    expect(faultOf(new AggregateError([withCode('ECONNREFUSED')]))).toBe('unreachable');
  });

  it('is none of what is no error, or contains itself', () => {
    const loop = Object.assign(new Error('loop'), { driverError: undefined as unknown });
    loop.driverError = loop;
    for (const value of [null, undefined, 'text', 53100, {}, loop]) {
      expect(faultOf(value)).toBeNull();
    }
  });
});
