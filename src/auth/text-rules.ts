/** Checks that the texts of this module share. */
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches, MaxLength } from 'class-validator';

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
