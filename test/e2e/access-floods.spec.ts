/** Floods: bodies that grow, bodies that never end, connections that say nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

const SILENT_CONNECTIONS = 10_000;

describe('a flood', () => {
  let server: TestServer;
  let machine: TestMachine;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
    machine = await register(server, 'flooded');
  });

  afterAll(() => server.stop());

  const push = (body: Buffer, headers: Record<string, string>) =>
    call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it('of zeros in a small gzip is refused before it is inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, 0x20));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => push(bomb, { 'content-encoding': 'gzip' })),
    );
    for (const { status } of answers) {
      expect(status).toBe(413);
    }
    const nested = gzipSync(bomb);
    expect((await push(nested, { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  }, 120_000);

  it('of bytes past the limit is refused', async () => {
    expect((await push(Buffer.alloc(64 * 1024 * 1024, 0x20), {})).status).toBe(413);
    // Nobody but agents has much to say, and nobody is known before the body is read.
    const big = Buffer.from(JSON.stringify({ email: 'x'.repeat(300_000) }));
    for (const [body, more] of [
      [big, {}],
      [gzipSync(big), { 'content-encoding': 'gzip' }],
    ] as const) {
      for (const path of ['/api/v1/auth/login', '/api/v1/machines/register', '/api/v1/users']) {
        const answer = await call(server, 'POST', path, {
          body,
          headers: { 'content-type': 'application/json', ...more },
        });
        expect(answer).toMatchObject({ status: 413, body: { code: 'request.body_too_large' } });
      }
    }
    const batch = JSON.stringify({ samples: [sample(machine)] }) + ' '.repeat(1_000_000);
    expect((await push(Buffer.from(batch), {})).status).toBe(200);
  });

  it('of brackets is refused as no JSON', async () => {
    const depth = 100_000;
    const answer = await push(Buffer.from('['.repeat(depth) + ']'.repeat(depth)), {});
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  });

  it('of silent connections and endless bodies leaves the server usable, and is cut off', async () => {
    const { hostname, port } = new URL(server.url);
    const sockets: Socket[] = [];
    let closed = 0;
    const open = (first?: string) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        closed += 1;
      });
      socket.resume();
      if (first !== undefined) {
        socket.write(first);
      }
      sockets.push(socket);
      return socket;
    };
    try {
      for (let count = 0; count < SILENT_CONNECTIONS; count += 500) {
        const batch = Array.from({ length: 500 }, () => open());
        await Promise.all(batch.map((socket) => once(socket, 'connect')));
      }
      const slow = open(
        `POST /api/v1/metrics HTTP/1.1\r\nHost: x\r\nX-API-Key: ${machine.api_key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
      );
      const trickle = setInterval(() => slow.write(' '), 500);
      slow.on('close', () => clearInterval(trickle));

      const startedAt = Date.now();
      expect((await call(server, 'GET', '/health')).status).toBe(200);
      await adminToken(server);
      // A tenth of a second where nothing else runs.
      expect(Date.now() - startedAt).toBeLessThan(10_000);

      await waitFor('the silent connections to be closed', () => closed >= sockets.length, 120_000);
    } finally {
      for (const socket of sockets) {
        socket.destroy();
      }
    }
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  }, 240_000);
});
