import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AppError } from '../common/errors.js';
import { MayBeAbsent, requestValidation } from './validation.js';

class Inner {
  @IsInt()
  @Min(1)
  @Max(65_535)
  port!: number;
}

class Body {
  @IsString()
  @Length(1, 5)
  @Matches(/^[a-z]*$/, { message: '$property must be in small letters' })
  name!: string;

  @IsOptional()
  @IsIn(['admin', 'viewer'])
  role?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(3)
  note?: string;

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(2)
  @IsUUID('all', { each: true })
  ids?: string[];

  @IsOptional()
  @IsNumber()
  ratio?: number;

  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @IsOptional()
  @IsISO8601()
  since?: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Inner)
  inner?: Inner;
}

class Changes {
  @IsOptional()
  @IsString()
  name?: string;
}

async function faults(body: unknown, metatype: new () => object = Body): Promise<unknown> {
  try {
    await requestValidation().transform(body, { type: 'body', metatype });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('request.invalid');
    return (error as AppError).detail;
  }
}

describe('the faults of a body', () => {
  it.each<[string, object, string[]]>([
    ['nothing', { name: 'ada' }, []],
    ['a field that is not there', {}, ['name must be given']],
    ['a field nobody knows', { name: 'ada', age: 3 }, ['age is not a known field']],
    ['the wrong kind, told once', { name: 5 }, ['name must be text']],
    ['a length', { name: '' }, ['name must have 1 to 5 characters']],
    ['own words', { name: 'A' }, ['name must be in small letters']],
    ['a choice', { name: 'a', role: 'root' }, ['role must be one of admin, viewer']],
    ['null, where it may only be left out', { name: 'a', note: null }, ['note must be text']],
    ['too many characters', { name: 'a', note: 'long' }, ['note must have at most 3 characters']],
    ['no list', { name: 'a', ids: 5 }, ['ids must be a list']],
    ['an empty list', { name: 'a', ids: [] }, ['ids must not be empty']],
    [
      'entries',
      { name: 'a', ids: ['x', 'y', 'z'] },
      ['ids must each be a UUID', 'ids must have at most 2 entries'],
    ],
    ['no number', { name: 'a', ratio: '1' }, ['ratio must be a number']],
    ['no flag', { name: 'a', enabled: 1 }, ['enabled must be true or false']],
    ['no time', { name: 'a', since: 'noon' }, ['since must be a time in ISO 8601']],
    ['no object', { name: 'a', inner: [] }, ['inner must be an object']],
    ['what lies inside', { name: 'a', inner: { port: 0 } }, ['inner.port must be at least 1']],
    [
      'inside, the wrong kind',
      { name: 'a', inner: { port: 'x' } },
      ['inner.port must be a whole number'],
    ],
    ['inside, nothing', { name: 'a', inner: {} }, ['inner.port must be given']],
  ])('%s', async (_, body, expected) => {
    expect(await faults(body)).toEqual(expected);
  });

  it('a body that is no object', async () => {
    expect(await faults([], Changes)).toEqual(['body must be an object']);
    expect(await faults('x', Changes)).toEqual(['body must be an object']);
  });
});
