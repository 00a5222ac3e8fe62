/** Validates times in queries. */
import { registerDecorator } from 'class-validator';
import { parseTime } from './times.js';

/** The property must be ISO 8601 with a zone, or epoch milliseconds. */
export function IsTime(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isTime',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) =>
          (typeof value === 'string' || typeof value === 'number') && parseTime(value) !== null,
        defaultMessage: () =>
          '$property must be ISO 8601 with a zone (2026-01-31T12:00:00Z) or epoch milliseconds',
      },
    });
}
