/** Validation of texts and numbers that people and agents send, with one message per field. */
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { buildMessage, IsString, Length, Matches, MaxLength, ValidateBy } from 'class-validator';
import {
  isLine,
  isPlainText,
  MIN_PASSWORD_LENGTH,
  TEXT_LIMITS,
  tidyText,
} from '../contracts/index.js';

/** Trimmed text on one line of 1 to `max` characters, without control characters. */
export function IsLine(max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => tidy(value)),
    rule('isLine', `text of 1 to ${max} characters without control characters`, (value) =>
      isLine(value, max),
    ),
  );
}

/** Trimmed text of at most `max` characters that may have several lines, without other control characters. */
export function IsPlainText(max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) =>
      typeof value === 'string' ? tidyText(value.replaceAll('\r\n', '\n')) : value,
    ),
    rule('isPlainText', `text of at most ${max} characters without control characters`, (value) =>
      isPlainText(value, max),
    ),
  );
}

/** A list of at most `count` lines as of `IsLine`; duplicates are removed. */
export function AreLines(count: number, max: number): PropertyDecorator {
  const wanted = `a list of at most ${count} texts of 1 to ${max} characters without control characters`;
  return applyDecorators(
    Transform(({ value }) => (Array.isArray(value) ? [...new Set(value.map(tidy))] : value)),
    rule(
      'areLines',
      wanted,
      (value) =>
        Array.isArray(value) &&
        value.length <= count &&
        value.every((entry: unknown) => isLine(entry, max)),
    ),
  );
}

/** A number from `min` to `max`. */
export function IsNumberFrom(min: number, max: number): PropertyDecorator {
  return rule(
    'isNumberFrom',
    `a number from ${min} to ${max}`,
    (value) => typeof value === 'number' && value >= min && value <= max,
  );
}

/** An e-mail address, converted to lower case. */
export function IsEmailAddress() {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? value.trim().toLowerCase() : value)),
    IsString(),
    MaxLength(TEXT_LIMITS.email),
    Matches(/^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u, { message: '$property must be an e-mail address' }),
  );
}

/** A new password. */
export function IsNewPassword() {
  return applyDecorators(IsString(), Length(MIN_PASSWORD_LENGTH, TEXT_LIMITS.password));
}

function rule(name: string, wanted: string, validate: (value: unknown) => boolean) {
  return ValidateBy({
    name,
    validator: { validate, defaultMessage: buildMessage(() => `$property must be ${wanted}`) },
  });
}

function tidy(value: unknown): unknown {
  return typeof value === 'string' ? tidyText(value) : value;
}
