/** Rules for what agents and people say of machines; one message a fault. */
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { buildMessage, ValidateBy } from 'class-validator';

/** Control characters, halves of characters, line breaks, and what turns the direction of text. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** Trimmed text on one line of 1 to `max` characters, without control characters. */
export function IsLine(max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => tidy(value)),
    rule('isLine', `text of 1 to ${max} characters without control characters`, (value) =>
      isLine(value, max),
    ),
  );
}

/** A list of at most `count` such lines; entries that are there twice count once. */
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

function rule(name: string, wanted: string, validate: (value: unknown) => boolean) {
  return ValidateBy({
    name,
    validator: { validate, defaultMessage: buildMessage(() => `$property must be ${wanted}`) },
  });
}

function isLine(value: unknown, max: number): boolean {
  return (
    typeof value === 'string' && value.length > 0 && value.length <= max && !HIDDEN.test(value)
  );
}

function tidy(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().normalize('NFC') : value;
}
