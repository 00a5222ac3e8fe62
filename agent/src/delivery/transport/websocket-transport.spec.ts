import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Server } from 'socket.io';
import type { BatchBody } from '../../../../src/contracts/index.js';
import { HttpClient } from '../../http/http-client.js';
import { WebSocketTransport } from './websocket-transport.js';

const tls = (name: string) =>
  readFileSync(join(__dirname, '../../http/fixtures/tls', name), 'utf8');
const samples = [
  { seq: 1, json: '{"timestamp":1,"cpu":5}' },
  { seq: 2, json: '{"timestamp":2,"cpu":6}' },
];
const never = new AbortController().signal;

/** The server's side of `/agent`. */
class Counterpart {
  readonly bodies: BatchBody[] = [];
  readonly tokens: unknown[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  refuse: { status?: number; code: string; message: string } | null = null;
  respond: (body: BatchBody, acknowledge: (answer: object) => void) => void = (body, acknowledge) =>
    acknowledge({
      status: 'metrics_received',
      accepted: body.samples.length,
      duplicates: 0,
      rejected: [],
    });
  io: Server | null = null;
  port = 0;

  async start(secure = false): Promise<void> {
    const server = secure
      ? https.createServer({ key: tls('server.key'), cert: tls('server.pem') })
      : http.createServer();
    const io = new Server(server);
    io.of('/agent').use((socket, next) => {
      this.tokens.push(socket.handshake.auth.token);
      this.headers.push(socket.handshake.headers);
      if (!this.refuse) next();
      else next(Object.assign(new Error(this.refuse.message), { data: this.refuse }));
    });
    io.of('/agent').on('connection', (socket) => {
      socket.on('metrics', (body: BatchBody, acknowledge: (answer: object) => void) => {
        this.bodies.push(body);
        this.respond(body, acknowledge);
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.io = io;
  }
}

let counterpart: Counterpart;
let transport: WebSocketTransport | null;
beforeEach(() => {
  counterpart = new Counterpart();
  transport = null;
});
afterEach(async () => {
  transport?.close();
  await counterpart.io?.close();
});

function connect(options: { ca?: string; env?: Record<string, string> } = {}): WebSocketTransport {
  const scheme = options.ca === undefined ? 'http' : 'https';
  const server = new URL(`${scheme}://localhost:${counterpart.port}`);
  const client = new HttpClient({ server, env: {}, userAgent: 'test', ...options });
  transport = new WebSocketTransport(server, client, options.ca, 'instance-1');
  return transport;
}
const send = (apiKey: string | null = 'key') =>
  (transport ?? connect()).send({ machineId: 'm', apiKey }, samples, never);

describe('pushing over Socket.IO', () => {
  it('keeps one connection and takes the acknowledgement', async () => {
    await counterpart.start();
    expect(await send()).toEqual({ kind: 'accepted', rejected: [] });
    expect(await send()).toEqual({ kind: 'accepted', rejected: [] });
    expect(counterpart.tokens).toEqual(['key']);
    expect(counterpart.headers[0]?.['x-procspy-instance']).toBe('instance-1');
    expect(counterpart.bodies[0]?.samples).toEqual([
      { machine_id: 'm', timestamp: 1, cpu: 5 },
      { machine_id: 'm', timestamp: 2, cpu: 6 },
    ]);
  });

  it('connects anew with another key', async () => {
    await counterpart.start();
    await send('one');
    await send('two');
    expect(counterpart.tokens).toEqual(['one', 'two']);
  });

  it('is told by a refused handshake what is wrong with the key', async () => {
    counterpart.refuse = { code: 'auth.key_revoked', message: 'the key was revoked' };
    await counterpart.start();
    expect(await send()).toEqual({
      kind: 'unauthorized',
      reason: 'the key was revoked',
      revoked: true,
    });
    counterpart.refuse = null;
    expect((await send()).kind).toBe('accepted');
  });

  it('takes a refusal, nonsense and a broken connection for what they are', async () => {
    await counterpart.start();
    counterpart.respond = (_, acknowledge) =>
      acknowledge({ ok: false, code: 'metrics.queue_full', message: 'busy' });
    expect(await send()).toEqual({ kind: 'retry', reason: 'busy' });
    counterpart.respond = (_, acknowledge) =>
      acknowledge({ ok: false, code: 'server.internal', message: 'internal error' });
    expect(await send()).toEqual({ kind: 'fault', reason: 'internal error' });
    counterpart.respond = (_, acknowledge) => acknowledge({ hello: 'world' });
    expect((await send()).kind).toBe('retry');
    counterpart.respond = () => counterpart.io?.of('/agent').disconnectSockets(true);
    expect(await send()).toMatchObject({ kind: 'retry', reason: expect.stringContaining('broke') });
  });

  it('goes by the status of a refusal, whatever its code says', async () => {
    await counterpart.start();
    const refuse = (refusal: object) => {
      counterpart.respond = (_, acknowledge) => acknowledge({ ok: false, ...refusal });
    };
    refuse({ status: 403, code: 'metrics.other_machine', message: 'not yours' });
    expect(await send()).toEqual({ kind: 'unauthorized', reason: 'not yours', revoked: false });
    refuse({ status: 503, code: 'auth.unavailable', message: 'no database' });
    expect(await send()).toEqual({ kind: 'retry', reason: 'no database' });
    refuse({ status: 422, code: 'metrics.odd', message: 'odd' });
    expect(await send()).toEqual({ kind: 'refused', reason: 'odd', code: 'metrics.odd' });
    refuse({ status: 'nonsense', code: 'metrics.other_machine', message: 'odd' });
    expect((await send()).kind).toBe('retry');
  });

  it('goes by the status of a refused handshake', async () => {
    counterpart.refuse = { status: 503, code: 'auth.unavailable', message: 'no database' };
    await counterpart.start();
    expect(await send()).toEqual({ kind: 'retry', reason: 'no database' });
  });

  it('ends when the agent stops, and fails where nobody listens', async () => {
    await counterpart.start();
    const stop = new AbortController();
    counterpart.respond = () => stop.abort();
    const own = connect();
    const outcome = await own.send({ machineId: 'm', apiKey: null }, samples, stop.signal);
    expect(outcome).toEqual({ kind: 'retry', reason: 'stopped' });
    await counterpart.io?.close();
    expect((await send()).kind).toBe('retry');
  });

  it('trusts only the authority that was named', async () => {
    await counterpart.start(true);
    connect({ ca: tls('ca.pem') });
    expect((await send()).kind).toBe('accepted');
    transport?.close();
    const client = new HttpClient({
      server: new URL(`https://localhost:${counterpart.port}`),
      env: {},
      userAgent: 'test',
    });
    transport = new WebSocketTransport(
      new URL(`https://localhost:${counterpart.port}`),
      client,
      undefined,
      'i',
    );
    expect((await send()).kind).toBe('retry');
  });

  it.each([false, true])('goes through a proxy (TLS: %s)', async (secure) => {
    await counterpart.start(secure);
    const asked: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (request, socket: net.Socket) => {
      asked.push(request.url ?? '');
      const onward = net.connect(counterpart.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const env = { all_proxy: `127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    connect(secure ? { env, ca: tls('ca.pem') } : { env });
    expect((await send()).kind).toBe('accepted');
    expect(asked).toEqual([`localhost:${counterpart.port}`]);
    proxy.close();
  });
});
