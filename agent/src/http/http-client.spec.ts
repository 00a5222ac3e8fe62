import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ConnectionError, HttpClient } from './http-client.js';

const tls = (name: string) => readFileSync(join(__dirname, 'fixtures/tls', name), 'utf8');

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
});

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function client(
  server: string,
  options: { ca?: string; env?: Record<string, string>; timeoutMs?: number } = {},
) {
  const made = new HttpClient({ server: new URL(server), env: {}, userAgent: 'test', ...options });
  cleanUp.push(() => made.close());
  return made;
}

const get = { method: 'GET', path: '/x' } as const;

describe('the HTTP client', () => {
  it('keeps one connection open', async () => {
    let connections = 0;
    const server = http.createServer((_, response) => response.end('ok'));
    server.on('connection', () => {
      connections += 1;
    });
    const own = client(`http://127.0.0.1:${await listen(server)}`);
    for (let n = 0; n < 5; n += 1) expect((await own.request(get)).body).toBe('ok');
    expect(connections).toBe(1);
  });

  it('says in words what the code of a failed connection means', async () => {
    const request = client('http://127.0.0.1:1').request(get);
    await expect(request).rejects.toThrow(/^nothing listens there \(.*ECONNREFUSED/);
  });

  it('appends to a path in front of the server', async () => {
    const server = http.createServer((request, response) => response.end(request.url));
    const own = client(`http://127.0.0.1:${await listen(server)}/monitor/`);
    expect((await own.request(get)).body).toBe('/monitor/x');
  });

  it('makes a new connection if the server closed the idle one just now', async () => {
    let requests = 0;
    const server = http.createServer((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end('ok');
    });
    const own = client(`http://127.0.0.1:${await listen(server)}`);
    await own.request(get);
    expect((await own.request(get)).body).toBe('ok');
    expect(requests).toBe(3);
  });

  it.each([
    [
      'is cut off',
      (response: http.ServerResponse) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half');
        setImmediate(() => response.destroy());
      },
    ],
    ['never comes', () => undefined],
    ['never ends', (response: http.ServerResponse) => void response.write('x')],
    ['is huge', (response: http.ServerResponse) => void response.end(Buffer.alloc(2_000_000))],
  ])('fails if the answer %s', async (_, respond) => {
    const server = http.createServer((__, response) => respond(response));
    const own = client(`http://127.0.0.1:${await listen(server)}`, { timeoutMs: 200 });
    await expect(own.request(get)).rejects.toThrow(ConnectionError);
  });

  it('fails with the reason if nobody listens, and when it is told to stop', async () => {
    const port = await listen(net.createServer());
    cleanUp.pop()?.();
    await expect(client(`http://127.0.0.1:${port}`).request(get)).rejects.toThrow('ECONNREFUSED');
    const silent = client(`http://127.0.0.1:${await listen(http.createServer())}`);
    const stop = new AbortController();
    const request = silent.request({ ...get, signal: stop.signal });
    stop.abort();
    await expect(request).rejects.toThrow('stopped');
  });

  it('trusts only the authority that was named', async () => {
    const options = { key: tls('server.key'), cert: tls('server.pem') };
    const server = https.createServer(options, (_, response) => response.end('secret'));
    const url = `https://localhost:${await listen(server)}`;
    expect((await client(url, { ca: tls('ca.pem') }).request(get)).body).toBe('secret');
    await expect(client(url).request(get)).rejects.toThrow(ConnectionError);
    const other = url.replace('localhost', '127.0.0.2');
    await expect(client(other, { ca: tls('ca.pem') }).request(get)).rejects.toThrow(
      ConnectionError,
    );
  });
});

describe('through a proxy', () => {
  /** A forward proxy that notes what it was asked. */
  async function proxy() {
    const asked: { target: string; authorization: string | undefined }[] = [];
    const server = http.createServer((request, response) => {
      asked.push({
        target: request.url ?? '',
        authorization: request.headers['proxy-authorization'],
      });
      const onward = http.request(request.url ?? '', { method: request.method }, (answer) => {
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    server.on('connect', (request, socket: net.Socket) => {
      asked.push({
        target: `CONNECT ${request.url}`,
        authorization: request.headers['proxy-authorization'],
      });
      const [, port] = (request.url ?? '').split(':');
      const onward = net.connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
    return { asked, port: await listen(server) };
  }

  it('plain HTTP asks for the whole address', async () => {
    const { asked, port } = await proxy();
    const server = http.createServer((_, response) => response.end('ok'));
    const url = `http://127.0.0.1:${await listen(server)}`;
    const own = client(url, { env: { http_proxy: `http://ada:p%40ss@127.0.0.1:${port}` } });
    expect((await own.request(get)).body).toBe('ok');
    const authorization = `Basic ${Buffer.from('ada:p@ss').toString('base64')}`;
    expect(asked).toEqual([{ target: `${url}/x`, authorization }]);
  });

  it('HTTPS is tunnelled, and the certificate still checked', async () => {
    const { asked, port } = await proxy();
    const options = { key: tls('server.key'), cert: tls('server.pem') };
    const server = https.createServer(options, (_, response) => response.end('secret'));
    const target = await listen(server);
    const env = { HTTPS_PROXY: `127.0.0.1:${port}` };
    const own = client(`https://localhost:${target}`, { env, ca: tls('ca.pem') });
    for (let n = 0; n < 2; n += 1) expect((await own.request(get)).body).toBe('secret');
    expect(asked).toEqual([{ target: `CONNECT localhost:${target}`, authorization: undefined }]);
    const strict = client(`https://localhost:${target}`, { env });
    await expect(strict.request(get)).rejects.toThrow(ConnectionError);
  });

  it('that refuses, fails', async () => {
    const server = http.createServer();
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const env = { https_proxy: `http://127.0.0.1:${await listen(server)}` };
    await expect(client('https://localhost:9', { env }).request(get)).rejects.toThrow(
      'refuses the connection (403)',
    );
  });
});
