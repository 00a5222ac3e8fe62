/** The OpenAPI document against the contract: whole, consistent, and true of this server. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { adminToken, call, register, sample } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';

/** Routes that scripts rely on. Pages and the document itself are not in the document. */
const CONTRACT = [
  'GET /health',
  'GET /health/ready',
  'GET /metrics',
  'POST /api/v1/machines/register',
  'POST /api/v1/machines/{id}/goodbye',
  'POST /api/v1/metrics',
  'POST /api/v1/metrics/batch',
  'GET /api/v1/metrics',
  'GET /api/v1/machines',
  'GET /api/v1/machines/{id}',
  'PATCH /api/v1/machines/{id}',
  'DELETE /api/v1/machines/{id}',
  'GET /api/v1/machines/{id}/metrics',
  'GET /api/v1/machines/{id}/devices',
  'GET /api/v1/machines/{id}/metrics/export',
  'GET /api/v1/storage',
  'GET /api/v1/server',
  'POST /api/v1/auth/setup',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
  'GET /api/v1/auth/me',
  'GET /api/v1/auth/preferences',
  'PATCH /api/v1/auth/preferences',
  'POST /api/v1/auth/token',
  ...['users', 'api-keys', 'alert-rules', 'notification-channels'].flatMap((list) => [
    `GET /api/v1/${list}`,
    `POST /api/v1/${list}`,
    `GET /api/v1/${list}/{id}`,
    `PATCH /api/v1/${list}/{id}`,
    `DELETE /api/v1/${list}/{id}`,
  ]),
  'POST /api/v1/alert-rules/dry-run',
  'POST /api/v1/notification-channels/{id}/test',
  'GET /api/v1/alerts',
  'POST /api/v1/alerts/{id}/acknowledge',
];

/** Query parameters that a caller must give; every other one is optional. */
const REQUIRED = [
  'GET /api/v1/metrics machine_ids',
  'GET /api/v1/machines/{id}/devices kind',
  'GET /api/v1/machines/{id}/metrics/export format',
];

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
  security?: object[];
}

describe('the OpenAPI document', () => {
  let server: TestServer;
  let document: OpenAPIObject;
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
    document = (await call(server, 'GET', '/api/v1/openapi.json')).body;
    operations = new Map(
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item as Record<string, Operation>).map(
          ([method, operation]): [string, Operation] => [
            `${method.toUpperCase()} ${path}`,
            operation,
          ],
        ),
      ),
    );
  });

  afterAll(() => server.stop());

  const resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (document.components?.schemas?.[name] as Schema);
  };

  /** Where `value` is not as `schema` describes it; names that it does not know included. */
  const differences = (value: unknown, given: Schema, at: string): string[] => {
    const schema = resolve(given);
    if (Array.isArray(value)) {
      const { items } = schema;
      if (schema.type !== 'array' || !items) {
        return [`${at} is a list`];
      }
      return value.flatMap((entry, index) => differences(entry, items, `${at}[${index}]`));
    }
    if (typeof value !== 'object' || value === null) {
      return [];
    }
    const { properties = {}, required = [] } = schema;
    return [
      ...required.filter((name) => !(name in value)).map((name) => `${at}.${name} is not there`),
      ...Object.entries(value).flatMap(([name, part]) => {
        const property = properties[name];
        return property
          ? differences(part, property, `${at}.${name}`)
          : [`${at}.${name} is not described`];
      }),
    ];
  };

  it('has every route of the contract', () => {
    expect(CONTRACT.filter((route) => !operations.has(route))).toEqual([]);
  });

  it('says what every route answers, also when it fails', () => {
    const wrong: string[] = [];
    for (const [route, { responses, security }] of operations) {
      const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      const described = successes.every(
        ([status, { content }]) =>
          status === '204' ||
          (content !== undefined &&
            Object.values(content).length > 0 &&
            Object.values(content).every(({ schema }) => Object.keys(schema ?? {}).length > 0)),
      );
      if (successes.length === 0 || !described) {
        wrong.push(`${route}: no schema of its answer`);
      }
      const error = responses.default?.content?.['application/json']?.schema?.$ref;
      if (error !== '#/components/schemas/ErrorBody') {
        wrong.push(`${route}: no error answer`);
      }
      const ways = (security ?? []).map((way) => JSON.stringify(way));
      if (new Set(ways).size < ways.length) {
        wrong.push(`${route}: names a way to sign in twice`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('requires no query parameter that is optional', () => {
    const required = [...operations].flatMap(([route, { parameters = [] }]) =>
      parameters
        .filter((parameter) => parameter.in === 'query' && parameter.required)
        .map(({ name }) => `${route} ${name}`),
    );
    expect(required.sort()).toEqual([...REQUIRED].sort());
  });

  it('refers only to schemas that it has', () => {
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference,
    );
    const known = Object.keys(document.components?.schemas ?? {}).map(
      (name) => `#/components/schemas/${name}`,
    );
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });

  it('describes real answers', async () => {
    const machine = await register(server, 'described');
    const devices = { cores: [{ name: '0', usage: 10 }] };
    const pushed = await call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, { devices }),
    });
    expect(pushed.status).toBe(200);
    const id = machine.machine_id;
    const rule = { name: 'CPU', metric: 'cpu', operator: 'gt', threshold: 1 };
    const week = `from=${Date.now() - 30 * 86_400_000}&points=10`;
    const calls: [string, string, string, unknown?][] = [
      ['GET', '/api/v1/metrics', `?machine_ids=${id}`],
      ['GET', '/api/v1/metrics', `?machine_ids=${id}&${week}`],
      ['GET', '/api/v1/machines/{id}/metrics', ''],
      ['GET', '/api/v1/machines/{id}/metrics', `?metrics=cpu,ram&${week}`],
      ['GET', '/api/v1/machines/{id}/devices', '?kind=core'],
      ['GET', '/api/v1/storage', ''],
      ['GET', '/api/v1/server', ''],
      ['POST', '/api/v1/alert-rules/dry-run', '', { rule }],
    ];
    const key = await adminToken(server);
    for (const [method, path, query, json] of calls) {
      const answer = await call(server, method, path.replace('{id}', id) + query, { key, json });
      expect(answer.status).toBe(200);
      const { responses } = operations.get(`${method} ${path}`) ?? { responses: {} };
      const schema = responses['200']?.content?.['application/json']?.schema ?? {};
      expect(differences(answer.body, schema, `${method} ${path}`)).toEqual([]);
    }
    const failed = await call(server, 'GET', '/api/v1/storage');
    const schema = { $ref: '#/components/schemas/ErrorBody' };
    expect(differences(failed.body, schema, 'error')).toEqual([]);
  });
});
