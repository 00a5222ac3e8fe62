/** Rules for text that people will read. */
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches } from 'class-validator';

/** Control characters, halves of characters, line separators, and those that turn the direction of text. */
const HIDDEN = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]*$/u;

/** Trimmed text on one line of 1 to `max` characters, without control characters. */
export function IsLine(max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => tidy(value)),
    ...lineRules(max, false),
  );
}

/** A list whose every entry is such a line. */
export function AreLines(max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => (Array.isArray(value) ? [...new Set(value.map(tidy))] : value)),
    ...lineRules(max, true),
  );
}

function lineRules(max: number, each: boolean): PropertyDecorator[] {
  return [
    Matches(HIDDEN, { each, message: '$property must not contain control characters' }),
    Length(1, max, { each, message: `$property must be 1 to ${max} characters` }),
    IsString({ each }),
  ];
}

function tidy(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().normalize('NFC') : value;
}
