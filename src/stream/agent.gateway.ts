/** Socket.IO namespace `/agent`: agents push over one lasting connection. */
import type { BeforeApplicationShutdown } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { Access } from '../auth/access.decorator.js';
import { RateLimitsService } from '../auth/limits/rate-limits.service.js';
import { AppError, UnavailableError } from '../common/errors.js';
import { type BatchAnswer, INSTANCE_HEADER, type Refusal } from '../contracts/index.js';
import { PresenceService } from '../machines/presence/presence.service.js';
import { IngestService } from '../metrics/ingest/ingest.service.js';
import { refusalOf } from './refusal.js';
import { type GatedData, SocketGateService } from './socket-gate.service.js';

/** Pushes that one socket may have under way. */
const MAX_UNDER_WAY = 4;

interface AgentData extends GatedData {
  underWay?: number;
}

type AgentSocket = Socket<never, never, never, AgentData>;

@Access('machine')
@WebSocketGateway({ namespace: '/agent' })
export class AgentGateway implements OnGatewayInit<Namespace>, BeforeApplicationShutdown {
  private readonly pushes = new Set<Promise<unknown>>();
  private stopping = false;

  constructor(
    private readonly gate: SocketGateService,
    private readonly limits: RateLimitsService,
    private readonly ingest: IngestService,
    private readonly presence: PresenceService,
  ) {}

  afterInit(namespace: Namespace): void {
    this.gate.guard(namespace, 'machine');
  }

  /** Finishes what was accepted, so that it is acknowledged before the connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.pushes);
  }

  @SubscribeMessage('metrics')
  async metrics(
    @ConnectedSocket() socket: AgentSocket,
    @MessageBody() body: unknown,
  ): Promise<BatchAnswer | Refusal> {
    const push = this.push(socket, body);
    this.pushes.add(push);
    try {
      return await push;
    } catch (error) {
      return refusalOf(error);
    } finally {
      this.pushes.delete(push);
    }
  }

  private async push(socket: AgentSocket, body: unknown): Promise<BatchAnswer> {
    const { data, handshake } = socket;
    if (this.stopping) {
      throw new UnavailableError('server.stopping', 'the server is stopping; try again', 5);
    }
    if ((data.underWay ?? 0) >= MAX_UNDER_WAY) {
      throw new AppError(
        'rate_limited',
        'stream.too_many_pushes',
        'wait for the acknowledgement of earlier pushes',
        1,
      );
    }
    this.limits.takePush(data.principal);
    const instance = handshake.headers[INSTANCE_HEADER];
    if (data.principal.kind === 'machine' && typeof instance === 'string') {
      this.presence.noteInstance(data.principal.machineKey, instance);
    }
    data.underWay = (data.underWay ?? 0) + 1;
    try {
      return await this.ingest.ingestBatch(data.principal, body);
    } finally {
      data.underWay--;
    }
  }
}
