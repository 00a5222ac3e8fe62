/** Checks that the texts of this module share. */
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches, MaxLength, ValidateBy } from 'class-validator';
import { parseTime } from '../common/times.js';

/** A name for people: 1 to `max` characters, none of them a control character. */
export function IsName(max: number) {
  return applyDecorators(
    IsString(),
    Length(1, max),
    Matches(/^[^\p{Cc}]*$/u, { message: '$property must not contain control characters' }),
  );
}

/** An e-mail address, made lower case. */
export function IsEmailAddress() {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? value.trim().toLowerCase() : value)),
    IsString(),
    MaxLength(254),
    Matches(/^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u, { message: '$property must be an e-mail address' }),
  );
}

/** A password that is being chosen; its length is what makes it strong (NIST SP 800-63B). */
export function IsNewPassword() {
  return applyDecorators(IsString(), Length(10, 256));
}

/** ISO 8601 or epoch milliseconds. */
export function IsTime() {
  return ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'string' || typeof value === 'number') && parseTime(value) !== null,
      defaultMessage: () => '$property must be ISO 8601 (with a zone) or epoch milliseconds',
    },
  });
}
