/** Every route says who may use it; one that does not is refused to all. */
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Principal } from './principal.js';

/**
 * Who may use a route:
 * - `anyone`: no credential is looked at
 * - `viewer`: any user, or a key with scope `read`; everyone in the open mode
 * - `admin`: users with the role admin, also in the open mode
 * - `user`: any signed-in user, for what concerns their own account
 * - `machine`: a machine's key or token; everyone in the open mode
 * - `enrollment`: an enrolment key or a machine's own key; everyone in the open mode
 * - `machine_key`: a machine's key itself, to make tokens from
 * - `prometheus`: a key with scope `prometheus`, or everyone if PROCSPY_METRICS_PUBLIC
 */
export type AccessLevel =
  | 'anyone'
  | 'viewer'
  | 'admin'
  | 'user'
  | 'machine'
  | 'enrollment'
  | 'machine_key'
  | 'prometheus';

/** Metadata key of `@Access`. */
export const ACCESS_METADATA = 'procspy:access';

/** Declares who may use a route (or every route of a controller). */
export const Access = (level: AccessLevel) => SetMetadata(ACCESS_METADATA, level);

/** The caller, as the access guard found it. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<{ principal: Principal }>().principal,
);
