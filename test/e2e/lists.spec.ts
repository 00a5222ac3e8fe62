/** Lists in pages: every list reads its own cursors and refuses all others. */
import { adminToken, call, register } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';

const LISTS = [
  '/api/v1/machines',
  '/api/v1/alerts',
  '/api/v1/notification-deliveries',
  '/api/v1/silences',
  '/api/v1/audit',
  '/api/v1/api-keys',
  '/api/v1/users',
];
const HOSTILE_KEYS: unknown[] = [
  ['x', 'y'],
  ['x'],
  [1, 2],
  [1e308, 'x'],
  [-1.5, '00000000-0000-4000-8000-000000000000'],
  [2 ** 63, '00000000-0000-4000-8000-000000000000'],
  ['nul\0', '\0'],
  ['\ud800', '\ud800'],
  ["'; DROP TABLE alerts; --", "' OR '1'='1"],
  [null, null],
  [[], {}],
  [],
  {},
  null,
  1,
  'text',
];
const HOSTILE = [
  ...HOSTILE_KEYS.map((key) => Buffer.from(JSON.stringify(key)).toString('base64url')),
  'not base64!',
  '%00',
  'W1s',
];

describe.each(DATABASES)('lists on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });

  afterAll(() => server.stop());

  const get = (path: string) => call(server, 'GET', path, { key: admin });

  it.each(LISTS)(
    '%s answers a foreign cursor with 400 or an empty rest, never 500',
    async (path) => {
      for (const cursor of HOSTILE) {
        const { status, body } = await get(`${path}?cursor=${encodeURIComponent(cursor)}`);
        if (status === 200) {
          // Machines and users are sorted by text, which any text may stand before or behind.
          expect(body.items).toEqual(expect.any(Array));
        } else {
          expect({ path, cursor, status, code: body.code }).toEqual({
            path,
            cursor,
            status: 400,
            code: 'request.invalid_cursor',
          });
        }
      }
    },
  );

  it.each([
    '/api/v1/alerts',
    '/api/v1/notification-deliveries',
    '/api/v1/silences',
    '/api/v1/audit',
    '/api/v1/api-keys',
  ])('%s refuses a cursor that is no time and id', async (path) => {
    const cursor = Buffer.from('["x","y"]').toString('base64url');
    expect(await get(`${path}?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid_cursor' },
    });
  });

  it('a page that ends with the last item names no next one', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await register(server, name);
    }
    for (const path of ['/api/v1/machines', '/api/v1/audit']) {
      const { body: all } = await get(path);
      const seen: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = await get(`${path}?limit=2${cursor && `&cursor=${cursor}`}`);
        expect(body.items.length).toBeGreaterThan(0);
        seen.push(...body.items.map((item: { id?: string; machine_id?: string }) => idOf(item)));
        cursor = body.next;
      }
      expect(seen).toEqual(all.items.map(idOf));
    }
  });
});

function idOf(item: { id?: string; machine_id?: string }): string | undefined {
  return item.machine_id ?? item.id;
}
