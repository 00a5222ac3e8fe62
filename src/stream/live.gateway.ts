/** Socket.IO namespace `/live`: dashboards follow machines. */
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { Access } from '../auth/access.decorator.js';
import { RateLimitsService } from '../auth/limits/rate-limits.service.js';
import { InvalidInputError, NotFoundError } from '../common/errors.js';
import { ServerConfig } from '../config/server-config.js';
import type { MachineSample, SubscribeAnswer, UnsubscribeAnswer } from '../contracts/index.js';
import { PresenceService } from '../machines/presence/presence.service.js';
import {
  MachineDirectoryService,
  type MachineRef,
} from '../machines/registry/machine-directory.service.js';
import { LiveFeedService } from './live-feed.service.js';
import { ALL_ROOM, type LiveNamespace, type LiveSocket, SLOW_ROOM } from './live-types.js';
import { refusalOf } from './refusal.js';
import { SocketGateService } from './socket-gate.service.js';
import { parseSubscription } from './subscription.js';

/** Machines that one socket may follow one by one. */
const MAX_ROOMS = 2_000;
/** Characters of one message: dashboards say little. */
const MAX_MESSAGE_LENGTH = 64 * 1024;

@Access('viewer')
@WebSocketGateway({ namespace: '/live' })
export class LiveGateway implements OnGatewayInit<LiveNamespace>, OnGatewayConnection<LiveSocket> {
  constructor(
    private readonly gate: SocketGateService,
    private readonly feed: LiveFeedService,
    private readonly limits: RateLimitsService,
    private readonly directory: MachineDirectoryService,
    private readonly presence: PresenceService,
    private readonly config: ServerConfig,
  ) {}

  afterInit(namespace: LiveNamespace): void {
    this.gate.guard(namespace, 'viewer');
    this.feed.attach(namespace, this.config.redisUrl !== null, (socket) => this.catchUp(socket));
  }

  handleConnection(socket: LiveSocket): void {
    socket.conn.on('data', (data: { length?: number; byteLength?: number }) => {
      if ((data.length ?? data.byteLength ?? 0) > MAX_MESSAGE_LENGTH) {
        socket.disconnect(true);
      }
    });
  }

  @SubscribeMessage('subscribe')
  async subscribe(
    @ConnectedSocket() socket: LiveSocket,
    @MessageBody() body: unknown,
  ): Promise<SubscribeAnswer> {
    try {
      const { machine_ids } = this.admit(socket, body);
      if (machine_ids === 'all') {
        await socket.join(ALL_ROOM);
        return { ok: true, snapshot: await this.snapshotOfAll() };
      }
      const machines = await this.find(machine_ids);
      if (socket.rooms.size + machines.length > MAX_ROOMS) {
        throw new InvalidInputError(
          'stream.too_many_machines',
          `machine_ids: one socket follows at most ${MAX_ROOMS} machines; follow "all" instead`,
        );
      }
      // First the room, then the snapshot: nothing is missed between the two.
      await socket.join(machines.map(({ machine_id }) => machine_id));
      await this.presence.refresh();
      return { ok: true, snapshot: this.snapshotOf(machines) };
    } catch (error) {
      return refusalOf(error);
    }
  }

  @SubscribeMessage('unsubscribe')
  async unsubscribe(
    @ConnectedSocket() socket: LiveSocket,
    @MessageBody() body: unknown,
  ): Promise<UnsubscribeAnswer> {
    try {
      const { machine_ids } = this.admit(socket, body);
      for (const room of machine_ids === 'all' ? [ALL_ROOM] : machine_ids) {
        await socket.leave(room);
      }
      return { ok: true };
    } catch (error) {
      return refusalOf(error);
    }
  }

  private admit(socket: LiveSocket, body: unknown) {
    this.limits.take('viewer', socket.data.principal, socket.data.address);
    return parseSubscription(body);
  }

  private async find(ids: readonly string[]): Promise<MachineRef[]> {
    const found = await this.directory.resolveMany(ids);
    const unknown = ids.find((id) => !found.has(id));
    if (unknown !== undefined) {
      throw new NotFoundError(
        'machines.not_found',
        `machine_ids names ${unknown}, which is not a registered machine`,
      );
    }
    return [...found.values()];
  }

  private snapshotOf(machines: readonly MachineRef[]): MachineSample[] {
    return machines.flatMap(({ machineKey: machine, machine_id }) => {
      const sample = this.presence.latest(machine, true);
      return sample ? [{ machine_id, sample }] : [];
    });
  }

  private async snapshotOfAll(): Promise<MachineSample[]> {
    await this.presence.refresh();
    return (await this.directory.all()).flatMap(({ key, machine_id }) => {
      const sample = this.presence.latest(key, false);
      return sample ? [{ machine_id, sample }] : [];
    });
  }

  /** A reader that was slow has missed samples: it gets the newest of what it follows. */
  private catchUp(socket: LiveSocket): void {
    const ids = [...socket.rooms].filter(
      (room) => room !== socket.id && room !== ALL_ROOM && room !== SLOW_ROOM,
    );
    const all = socket.rooms.has(ALL_ROOM);
    const newest = async () => [
      ...this.snapshotOf([...(await this.directory.resolveMany(ids)).values()]),
      ...(all ? await this.snapshotOfAll() : []),
    ];
    newest().then(
      (samples) => socket.emit('metrics', samples),
      (error: unknown) => refusalOf(error),
    );
  }
}
