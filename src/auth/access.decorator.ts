/** Every route says who may use it; one that does not is refused to all. */
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { AccessLevel } from './access-levels.js';
import type { Principal } from './principal.js';

export type { AccessLevel } from './access-levels.js';

/** Metadata key of `@Access`. */
export const ACCESS_METADATA = 'procspy:access';

/** Field of an OpenAPI operation that repeats its access level. */
export const ACCESS_EXTENSION = 'x-access';

/** Declares who may use a route (or every route of a controller), also in the OpenAPI document. */
export function Access(level: AccessLevel) {
  const documented = ApiExtension(ACCESS_EXTENSION, level);
  return level === 'anyone'
    ? applyDecorators(SetMetadata(ACCESS_METADATA, level), documented)
    : applyDecorators(
        SetMetadata(ACCESS_METADATA, level),
        documented,
        ApiBearerAuth(),
        ApiSecurity('api-key'),
      );
}

/** The caller, as the access guard found it. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<{ principal: Principal }>().principal,
);
