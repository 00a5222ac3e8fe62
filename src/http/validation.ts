/** Checks bodies and queries by their classes, and says what is wrong in a few words. */
import { ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, ValidateIf, type ValidationError } from 'class-validator';
import { InvalidInputError } from '../common/errors.js';

/** Faults of a value's kind: next to one of them, its other faults say nothing. */
const WRONG_KIND: Record<string, string> = {
  isArray: 'must be a list',
  isBoolean: 'must be true or false',
  isInt: 'must be a whole number',
  isNumber: 'must be a number',
  isObject: 'must be an object',
  isString: 'must be text',
};

/** Other faults, by the limits that the rule was made with. */
const WRONG_VALUE: Record<string, (...limits: unknown[]) => string> = {
  arrayMaxSize: (most) => `must have at most ${most} entries`,
  arrayNotEmpty: () => 'must not be empty',
  isIn: (values) => `must be one of ${(values as unknown[]).join(', ')}`,
  isIso8601: () => 'must be a time in ISO 8601',
  isLength: (least, most) => `must have ${least} to ${most} characters`,
  isUuid: () => 'must be a UUID',
  max: (most) => `must be at most ${most}`,
  maxLength: (most) => `must have at most ${most} characters`,
  min: (least) => `must be at least ${least}`,
};

/** The pipe of every route. Throws `request.invalid` with one message for each faulty field. */
export function requestValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors) =>
      new InvalidInputError(
        'request.invalid',
        errors.flatMap((error) => messagesOf(error)),
      ),
  });
}

/** The field may be left out of the body, but not be `null`. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}

/** What is wrong with one field and with those in it; each message begins with the field's path. */
export function messagesOf(error: ValidationError, path = ''): string[] {
  const nested = (error.children ?? []).flatMap((child) =>
    messagesOf(child, `${path}${error.property}.`),
  );
  return [...faultsOf(error).map((fault) => `${path}${error.property} ${fault}`), ...nested];
}

function faultsOf({ constraints = {}, property, target, value }: ValidationError): string[] {
  const broken = Object.entries(constraints);
  if (broken.some(([rule]) => rule === 'whitelistValidation')) {
    return ['is not a known field'];
  }
  if (broken.length > 0 && target !== undefined && value === undefined) {
    return ['must be given'];
  }
  const rules = new Map(rulesOf(target, property).map((rule) => [rule.name, rule]));
  const faults = broken.map(([name, message]) => {
    const rule = rules.get(name);
    const ownWords = message.replace(`${property} `, '');
    const words = WRONG_KIND[name] ?? WRONG_VALUE[name]?.(...(rule?.constraints ?? [])) ?? ownWords;
    const fault = rule?.message ? ownWords : words;
    return rule?.each ? fault.replace(/^must /, 'must each ') : fault;
  });
  const kind = broken.findIndex(([name]) => name in WRONG_KIND && !rules.get(name)?.each);
  return kind === -1 ? faults : faults.slice(kind, kind + 1);
}

function rulesOf(target: object | undefined, property: string) {
  return target === undefined
    ? []
    : getMetadataStorage()
        .getTargetValidationMetadatas(target.constructor, '', false, false)
        .filter(({ propertyName }) => propertyName === property);
}
