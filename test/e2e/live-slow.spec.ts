/** Sockets that do not read, or say nothing: they cost little, and nobody else notices. */
import { connect, type Socket as NetSocket } from 'node:net';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { closeSockets, type Follower, follower } from './live-client.js';

/** The TCP connection beneath a Socket.IO client. */
function connectionOf({ socket }: Follower): NetSocket {
  const transport = socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } };
  return transport.ws._socket;
}

describe('slow and silent sockets', () => {
  let server: TestServer;
  let admin: string;
  let machine: TestMachine;

  beforeAll(async () => {
    server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_METRICS_PUBLIC: 'true' },
    });
    admin = await adminToken(server);
    machine = await register(server, 'chatty');
  });
  afterEach(closeSockets);
  afterAll(() => server?.stop());

  /** About 2.5 MB of samples at once, more than the kernel holds for a reader after a few. */
  const pushMuch = (start: number) => {
    const cores = Array.from({ length: 1_000 }, (_, index) => ({
      name: `core ${index}`,
      usage: 50,
    }));
    const samples = Array.from({ length: 50 }, (_, index) =>
      sample(machine, { timestamp: start + index, cpu: 10, devices: { cores } }),
    );
    return call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      json: { samples },
    });
  };
  const gauge = async (name: string) =>
    Number(
      new RegExp(`^${name} (\\d+)`, 'm').exec((await call(server, 'GET', '/metrics')).body)?.[1],
    );

  it('a reader that stops reading holds up nobody, and catches up later', async () => {
    const [slow, quick] = [await follower(server, admin), await follower(server, admin)];
    for (const { socket } of [slow, quick]) {
      await socket.emitWithAck('subscribe', { machine_ids: [machine.machine_id] });
    }
    connectionOf(slow).pause();
    const start = Date.now() - 600_000;
    let pushed = 0;
    // The next push waits for the quick reader: of two within one tick the older would be left out.
    const pushToQuick = async () => {
      const { body } = await pushMuch(start + pushed);
      pushed += 50;
      expect(body.accepted).toBe(50);
      await waitFor('the quick reader', () => quick.samples.length === pushed);
    };
    await waitFor(
      'the slow reader to be noticed',
      async () => {
        await pushToQuick();
        return (await gauge('procspy_live_slow_readers')) === 1;
      },
      90_000,
    );
    const missedFrom = start + pushed;
    for (let round = 0; round < 5; round++) {
      await pushToQuick();
    }
    connectionOf(slow).resume();
    const newest = new Date(start + pushed - 1).toISOString();
    await waitFor('the slow reader', () => slow.samples.at(-1)?.sample.timestamp === newest);
    // Of 250 samples (12 MB) that came while it did not read, none waited for it but the newest.
    const late = slow.samples.filter(({ sample }) => Date.parse(sample.timestamp) >= missedFrom);
    expect(late.length).toBeLessThanOrEqual(1);
    await waitFor(
      'the slow reader to be quick again',
      async () => (await gauge('procspy_live_slow_readers')) === 0,
    );
  }, 180_000);

  it('closes connections that say nothing, and admits only so many of one address', async () => {
    const handshake = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    const { port, hostname } = new URL(server.url);
    const answers: string[] = [];
    let closed = 0;
    const sockets = Array.from({ length: 260 }, () => {
      const socket = connect(Number(port), hostname, () => socket.write(handshake));
      socket.once('data', (data) => answers.push(data.toString()));
      socket.on('error', () => undefined).once('close', () => closed++);
      return socket;
    });
    try {
      await waitFor('all answers', () => answers.length === 260);
      const refused = answers.filter((answer) => !answer.startsWith('HTTP/1.1 101 '));
      expect(refused).toHaveLength(60);
      const reason = { statusCode: 503, code: 'stream.too_many_connections' };
      for (const answer of refused) {
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        expect(head).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
        expect(JSON.parse(body)).toMatchObject(reason);
      }
      const polling = await call(server, 'GET', '/socket.io/?EIO=4&transport=polling');
      expect(polling).toMatchObject({ status: 503, body: reason });
      expect(polling.headers.get('retry-after')).toBe('5');
      await waitFor('all connections to be closed', () => closed === 260, 60_000);
      await follower(server, admin);
    } finally {
      for (const socket of sockets) {
        socket.destroy();
      }
    }
  }, 120_000);
});
