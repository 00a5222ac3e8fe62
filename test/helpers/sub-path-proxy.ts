/** A reverse proxy that serves one server under a path, as nginx does: requests and WebSockets. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Answers 404 to everything beside its path, and remembers it. */
export class SubPathProxy {
  url = '';
  /** Requests to addresses beside the path. */
  readonly strays: string[] = [];
  /** Addresses at which WebSockets were opened. */
  readonly upgrades: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly target: string,
    private readonly path: string,
    /** Whether the server is asked without the path. */
    private readonly strips: boolean,
  ) {
    this.server = createServer((incoming, response) => {
      const forwarded = this.forward(incoming);
      if (!forwarded) {
        response.writeHead(404).end();
        return;
      }
      forwarded.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      incoming.pipe(forwarded);
    });
    this.server.on('upgrade', (incoming: IncomingMessage, client: Socket) => {
      const forwarded = this.forward(incoming);
      if (!forwarded) {
        client.end('HTTP/1.1 404 Not Found\r\n\r\n');
        return;
      }
      this.upgrades.push(incoming.url ?? '');
      forwarded.on('upgrade', (answer, upstream, head) => {
        const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
        client.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
        // What came in one piece with the answer.
        client.write(head);
        upstream.on('error', () => client.destroy());
        client.on('error', () => upstream.destroy());
        upstream.pipe(client).pipe(upstream);
      });
      forwarded.on('error', () => client.destroy());
      forwarded.end();
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await closed;
  }

  private forward({ method, headers, url = '' }: IncomingMessage) {
    if (!`${url}/`.startsWith(`${this.path}/`)) {
      this.strays.push(url);
      return null;
    }
    const path = this.strips ? url.slice(this.path.length) || '/' : url;
    return request(new URL(path, this.target), { method, headers, agent: false });
  }
}
