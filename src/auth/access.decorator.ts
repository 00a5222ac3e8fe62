/** Every route says who may use it; one that does not is refused to all. */
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { AccessLevel } from './access-levels.js';
import type { Actor, Principal } from './principal.js';

export type { AccessLevel } from './access-levels.js';

/** Metadata key of `@Access`. */
export const ACCESS_METADATA = 'procspy:access';

/** Field of an OpenAPI operation that repeats its access level. */
export const ACCESS_EXTENSION = 'x-access';

/** Levels that only a person's token reaches. */
const FOR_PEOPLE = new Set<AccessLevel>(['admin', 'user']);

/** Declares who may use a route (or every route of a controller), also in the OpenAPI document. */
export function Access(level: AccessLevel) {
  const decorators = [SetMetadata(ACCESS_METADATA, level), ApiExtension(ACCESS_EXTENSION, level)];
  if (level !== 'anyone') {
    decorators.push(ApiBearerAuth());
    if (!FOR_PEOPLE.has(level)) {
      decorators.push(ApiSecurity('api-key'));
    }
  }
  return applyDecorators(...decorators);
}

/** The caller, as the access guard found it. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<{ principal: Principal }>().principal,
);

/** The caller and where it calls from. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { principal, ip } = context
    .switchToHttp()
    .getRequest<{ principal: Principal; ip: string }>();
  return { actor: principal, address: ip };
});
