/** How the server speaks Socket.IO: limits, transports, and the link between replicas. */
import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { type Namespace, Server } from 'socket.io';
import { AppError, UnavailableError } from '../common/errors.js';
import { gauge } from '../common/metrics.js';
import { RedisService } from '../common/redis.service.js';
import type { ServerConfig } from '../config/server-config.js';
import { PUSH_LIMITS } from '../contracts/index.js';
import { clientAddress, proxyTrust } from '../http/client-address.js';
import { SilentConnections } from './connection-limits.js';
import { linkThroughRedis, type RedisLink } from './redis-link.js';
import { HandshakeRefused, refuseConnection } from './refusal.js';

/** Room for the name of the event and the frame around a push. */
const FRAME_BYTES = 4 * 1024;
const SERVED = new Set(['/live', '/agent']);
const LIMITS = { open: 20_000, silent: 2_000, silentPerAddress: 200, silenceMs: 10_000 };
const STOPPING = new UnavailableError('server.stopping', 'the server is stopping; try again', 5);
const FULL = new UnavailableError(
  'stream.too_many_connections',
  'too many connections are open that have not said who they are; try again',
  5,
);

class ServerIoAdapter extends IoAdapter {
  private readonly redis: RedisService;
  private link: RedisLink | undefined;
  private stopping = false;

  constructor(
    app: INestApplicationContext,
    private readonly config: ServerConfig,
    private readonly requestId: () => string,
  ) {
    super(app);
    this.redis = app.get(RedisService);
  }

  override createIOServer(
    _port: number,
    options?: object,
  ): ReturnType<IoAdapter['createIOServer']> {
    const { config } = this;
    const trust = proxyTrust(config.trustProxy);
    const silent = new SilentConnections(LIMITS, (request) => clientAddress(request, trust));
    const server = new Server(this.httpServer, {
      ...options,
      path: '/socket.io',
      serveClient: false,
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: PUSH_LIMITS.bodyBytes + FRAME_BYTES,
      ...(config.corsOrigins.length > 0 && {
        cors: { origin: config.corsOrigins, credentials: true },
      }),
      cleanupEmptyChildNamespaces: true,
      allowRequest: (request: IncomingMessage, answer) => {
        const admitted = !this.stopping && silent.admits(request, server.engine.clientsCount);
        if (!admitted) {
          refuseConnection(request, this.stopping ? STOPPING : FULL, this.requestId());
        }
        answer(null, admitted);
      },
    });
    silent.watch(server);
    this.linkReplicas(server);
    refuseOtherNamespaces(server);
    exposeSockets(server);
    // The platform package brings a second, equal copy of Socket.IO; its types are other classes.
    return server as unknown as ReturnType<IoAdapter['createIOServer']>;
  }

  /** Closes the connections; the HTTP server beneath them is closed by its owner. */
  override async close(server: object): Promise<void> {
    this.stopping = true;
    if (server instanceof Server) {
      server.engine.close();
    }
  }

  override async dispose(): Promise<void> {
    this.link?.close();
    await super.dispose();
  }

  /** Only the namespaces that gateways serve: what a stranger makes up has no place in Redis. */
  private linkReplicas(server: Server): void {
    if (this.config.redisUrl === null) {
      return;
    }
    const InMemory = server.adapter() as new (namespace: Namespace) => Namespace['adapter'];
    const link = linkThroughRedis(this.redis, this.config.redisUrl);
    this.link = link;
    // Called with `new`, which an arrow function would not bear.
    function adapterOf(namespace: Namespace): Namespace['adapter'] {
      return SERVED.has(namespace.name) ? link.adapter(namespace) : new InMemory(namespace);
    }
    server.adapter(adapterOf);
  }
}

/** Counts the sockets of this replica at each scrape. */
function exposeSockets(server: Server): void {
  gauge({
    name: 'procspy_sockets',
    help: 'Open sockets of dashboards and agents.',
    labelNames: ['namespace'],
    collect() {
      for (const namespace of SERVED) {
        this.set({ namespace }, server.of(namespace).sockets.size);
      }
    },
  });
}

/** Refuses with a code, as HTTP does; Socket.IO itself would only say that there is no such namespace. */
function refuseOtherNamespaces(server: Server): void {
  const refuse = (_socket: unknown, next: (error: Error) => void) =>
    next(
      new HandshakeRefused(
        new AppError('not_found', 'stream.no_namespace', 'connect to /live or /agent'),
      ),
    );
  server.of('/').use(refuse);
  server.of((_name, _auth, answer) => answer(null, true)).use(refuse);
}

/** The adapter for `app.useWebSocketAdapter`; `requestId` names requests that are refused. */
export function createIoAdapter(
  app: INestApplicationContext,
  config: ServerConfig,
  requestId: () => string,
): IoAdapter {
  return new ServerIoAdapter(app, config, requestId);
}
