/** One credential of every kind, for tests that try all of them. */
import { createHmac } from 'node:crypto';
import { adminToken, call, register, type TestMachine } from '../helpers/api.js';
import type { TestServer } from '../helpers/server.js';

/** An account that may only read. */
export const VIEWER = { email: 'viewer@procspy.test', password: 'a long enough password' };

/** Credentials by the kind of caller; `nobody` has none. */
export interface Callers {
  nobody: undefined;
  stranger: string;
  viewer: string;
  admin: string;
  machine: string;
  machineToken: string;
  enroll: string;
  fixedEnroll: string;
  read: string;
  prometheus: string;
}

/** Makes one of each on the server. */
export async function makeCallers(
  server: TestServer,
): Promise<{ callers: Callers; machine: TestMachine }> {
  const admin = await adminToken(server);
  await call(server, 'POST', '/api/v1/users', { key: admin, json: { ...VIEWER, role: 'viewer' } });
  const viewer = await call(server, 'POST', '/api/v1/auth/login', { json: VIEWER });
  const machine = await register(server, 'walker');
  const token = await call(server, 'POST', '/api/v1/auth/token', { key: machine.api_key });
  return {
    machine,
    callers: {
      nobody: undefined,
      stranger: `psk_r_${'A'.repeat(43)}`,
      viewer: viewer.body.access_token,
      admin,
      machine: machine.api_key,
      machineToken: token.body.access_token,
      enroll: (await makeKey(server, admin, { scope: 'enroll' })).api_key,
      fixedEnroll: server.enrollmentKey,
      read: (await makeKey(server, admin, { scope: 'read' })).api_key,
      prometheus: (await makeKey(server, admin, { scope: 'prometheus' })).api_key,
    },
  };
}

/** Makes a key as an administrator does. */
export async function makeKey(
  server: TestServer,
  admin: string,
  body: object,
): Promise<{ id: string; api_key: string }> {
  const answer = await call(server, 'POST', '/api/v1/api-keys', {
    key: admin,
    json: { name: 'test key', ...body },
  });
  if (answer.status !== 201) {
    throw new Error(`no key: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** A revocation must be felt within this time. */
export const REVOCATION_MS = 5_000;

const HASH_OF = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** A JWT as an attacker would put it together. */
export function forgeJwt(
  claims: object,
  secret: string,
  header: Record<string, string> = { alg: 'HS256', typ: 'JWT' },
): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims)}`;
  const hash = HASH_OF[header.alg as keyof typeof HASH_OF];
  const signature = hash ? createHmac(hash, secret).update(signed).digest('base64url') : '';
  return `${signed}.${signature}`;
}

/** The claims of a token. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
