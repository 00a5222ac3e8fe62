/** Lets sockets in by their credential, and closes them when it ends. */
import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Namespace, Socket } from 'socket.io';
import { AuthenticationService } from '../auth/access/authentication.service.js';
import type { AccessLevel } from '../auth/access.decorator.js';
import { RateLimitsService } from '../auth/limits/rate-limits.service.js';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { ServerConfig } from '../config/server-config.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { clientAddress, type ProxyTrust, proxyTrust } from '../http/client-address.js';
import { isOriginAllowed } from '../http/http-security.js';
import { hasSpoken } from './connection-limits.js';
import { HandshakeRefused } from './refusal.js';

/** How often open sockets prove their credential again: expiry, and what other replicas revoked. */
const RECHECK_MS = 4_000;
/** Sockets that are looked at in one go. */
const RECHECK_CHUNK = 500;

/** What the gate keeps with each socket. */
export interface GatedData {
  principal: Principal;
  token: string | undefined;
  /** Of the client, also behind trusted proxies. */
  address: string;
}

type GatedSocket = Socket<never, never, never, GatedData>;

/** One gate for all namespaces. */
@Injectable()
export class SocketGateService implements OnApplicationShutdown {
  private readonly logger = new Logger(SocketGateService.name);
  private readonly guarded: { sockets: Map<string, GatedSocket>; level: AccessLevel }[] = [];
  private readonly task = new PeriodicTask({
    name: SocketGateService.name,
    everyMs: RECHECK_MS,
    run: () => this.recheck(),
  }).start();
  private readonly trust: ProxyTrust | null;

  constructor(
    private readonly authenticator: AuthenticationService,
    private readonly limits: RateLimitsService,
    private readonly config: ServerConfig,
    events: DomainEvents,
  ) {
    this.trust = proxyTrust(config.trustProxy);
    events.on('auth.revoked', ({ principal_ids }) => this.revoked(new Set(principal_ids)));
  }

  onApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** From now on, `namespace` is only for those whom `level` names. */
  guard(namespace: Namespace, level: AccessLevel): void {
    const sockets = namespace.sockets as unknown as Map<string, GatedSocket>;
    this.guarded.push({ sockets, level });
    namespace.use((socket, next) => {
      this.admit(socket as unknown as GatedSocket, level).then(
        () => next(),
        (error: unknown) => next(new HandshakeRefused(error)),
      );
    });
  }

  private async admit(socket: GatedSocket, level: AccessLevel): Promise<void> {
    const { headers, auth } = socket.handshake;
    const address = clientAddress(socket.request, this.trust);
    socket.data.address = address;
    if (!isOriginAllowed(headers.origin, this.hostOf(headers), this.config)) {
      throw new AppError('forbidden', 'auth.origin', 'this origin may not open sockets here');
    }
    const token: unknown = auth.token;
    socket.data.token = typeof token === 'string' && token !== '' ? token : undefined;
    this.limits.checkRefused(level, address);
    try {
      socket.data.principal = await this.authenticator.authenticate(socket.data.token, level);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') {
        this.limits.refused(level, address);
      }
      throw error;
    }
    hasSpoken(socket.conn);
  }

  /** As the browser named it; only a proxy can send the forwarded one, a page cannot. */
  private hostOf(headers: IncomingHttpHeaders): string | undefined {
    const forwarded = headers['x-forwarded-host'];
    return this.trust !== null && typeof forwarded === 'string' ? forwarded : headers.host;
  }

  private revoked(ids: ReadonlySet<string>): void {
    for (const { sockets } of this.guarded) {
      for (const socket of [...sockets.values()]) {
        if (idsOf(socket.data.principal).some((id) => ids.has(id))) {
          socket.disconnect(true);
        }
      }
    }
  }

  /** Closes every socket whose credential does not count any more. */
  private async recheck(): Promise<void> {
    for (const { sockets, level } of this.guarded) {
      const open = [...sockets.values()];
      for (let start = 0; start < open.length; start += RECHECK_CHUNK) {
        const chunk = open.slice(start, start + RECHECK_CHUNK);
        await Promise.all(chunk.map((socket) => this.recheckOne(socket, level)));
      }
    }
  }

  private async recheckOne(socket: GatedSocket, level: AccessLevel): Promise<void> {
    const { token } = socket.data;
    if (this.authenticator.authenticateNow(token, level)) {
      return;
    }
    try {
      await this.authenticator.authenticate(token, level);
    } catch (error) {
      const ended =
        error instanceof AppError &&
        (error.kind === 'unauthenticated' || error.kind === 'forbidden');
      if (ended) {
        socket.disconnect(true);
      } else {
        this.logger.debug(`a socket's credential could not be checked: ${error}`);
      }
    }
  }
}

/** What may be revoked about a principal: its key, its session, its account. */
function idsOf(principal: Principal): string[] {
  switch (principal.kind) {
    case 'user':
      return [principal.id, principal.session_id];
    case 'anonymous':
      return [];
    default:
      return [principal.id];
  }
}
