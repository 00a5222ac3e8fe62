/** Calls to a server as a script would make them. */
import { ADMIN, type TestServer } from './server.js';

/** An answer, read whole. */
export interface Answer<body> {
  status: number;
  headers: Headers;
  body: body;
}

/** What to send along. */
export interface CallOptions {
  /** Key or token, sent as Bearer. */
  key?: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Buffer;
  headers?: Record<string, string>;
}

// The answers' shapes are asserted by the tests, not by the compiler.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyBody = any;

/** Makes one call and reads the answer as JSON where it is JSON. */
export async function call(
  server: Pick<TestServer, 'url'>,
  method: string,
  path: string,
  { key, json, body, headers = {} }: CallOptions = {},
): Promise<Answer<AnyBody>> {
  const response = await fetch(new URL(path, server.url), {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: json === undefined ? body : JSON.stringify(json),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('application/json');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text ? JSON.parse(text) : text,
  };
}

/** A registered machine with its key. */
export interface TestMachine {
  machine_id: string;
  api_key: string;
}

/** Registers a machine by the server's enrolment key. */
export async function register(
  server: TestServer,
  name: string,
  more: object = {},
): Promise<TestMachine> {
  const answer = await call(server, 'POST', '/api/v1/machines/register', {
    key: server.enrollmentKey,
    json: { machine_name: name, os: 'linux', agent_version: '0.1.0', ...more },
  });
  if (answer.status !== 201) {
    throw new Error(`registration failed: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** An administrator's access token. */
export async function adminToken(server: Pick<TestServer, 'url'>): Promise<string> {
  const answer = await call(server, 'POST', '/api/v1/auth/login', { json: ADMIN });
  if (answer.status !== 200) {
    throw new Error(`sign-in failed: ${JSON.stringify(answer.body)}`);
  }
  return answer.body.access_token;
}

/** A valid sample of a machine, with what the test wants different. */
export function sample(machine: Pick<TestMachine, 'machine_id'>, changes: object = {}) {
  return {
    machine_id: machine.machine_id,
    cpu: 25.3,
    ram: 40.5,
    disk: 70.2,
    network_in: 1200,
    network_out: 800,
    ...changes,
  };
}
