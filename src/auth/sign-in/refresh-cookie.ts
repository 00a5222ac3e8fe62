/** The cookie that keeps a person signed in; scripts cannot read it, other sites cannot send it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_PATH } from '../../contracts/index.js';
import type { Origin, SignedIn } from '../sessions/sessions.service.js';

const NAME = 'procspy_refresh';
/** Below the path under which browsers see the server. */
const PATH = `${API_PATH}/auth`;

/** A request with the cookies that @fastify/cookie has read. */
export type CookieRequest = FastifyRequest & { cookies?: Record<string, string | undefined> };
type CookieReply = FastifyReply & {
  setCookie(name: string, value: string, options: object): unknown;
};

/** The refresh token that the request brings, if any. */
export function refreshTokenOf(request: CookieRequest): string | undefined {
  return request.cookies?.[NAME];
}

/** Puts the refresh token into the answer. */
export function setRefreshCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  signed: SignedIn,
  basePath: string,
): void {
  write(request, reply, basePath, signed.refreshToken, new Date(signed.refreshExpiresAt));
}

/** Takes the cookie back. */
export function clearRefreshCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  basePath: string,
): void {
  write(request, reply, basePath, '', new Date(0));
}

function write(
  request: FastifyRequest,
  reply: FastifyReply,
  basePath: string,
  value: string,
  expires: Date,
): void {
  (reply as CookieReply).setCookie(NAME, value, {
    path: `${basePath}${PATH}`,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    expires,
  });
}

/** Where the request comes from, for the session list and the audit log. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '' };
}
