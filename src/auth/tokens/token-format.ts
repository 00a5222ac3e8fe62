/** What tokens look like. Each kind has its own audience, so that none passes for another. */
import { AppError } from '../../common/errors.js';

/** `iss` of every token. */
export const TOKEN_ISSUER = 'procspy';
/** `aud` by kind of token. */
export const TOKEN_AUDIENCE = {
  user: 'procspy:user',
  machine: 'procspy:machine',
  refresh: 'procspy:refresh',
} as const;
/** The one algorithm: a token that names another is refused. */
export const TOKEN_ALGORITHM = 'HS256';

/** What a refresh token says: which session, and the how many-th token of it. */
export interface RefreshClaims {
  session_id: string;
  generation: number;
}

/** The token is not one that this server accepts. */
export function invalidToken(message: string): AppError {
  return new AppError('unauthenticated', 'auth.invalid_token', message);
}
