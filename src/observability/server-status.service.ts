/** Puts together how the server itself is doing. */
import { Injectable } from '@nestjs/common';
import { ServerConfig } from '../config/server-config.js';
import type { ServerStatus } from '../contracts/index.js';
import { PresenceService } from '../machines/presence/presence.service.js';
import { MachineDirectoryService } from '../machines/registry/machine-directory.service.js';
import { databaseAddress } from './database-address.js';
import { DatabaseProbeStore } from './database-probe.store.js';
import { ReplicaPresenceService } from './replicas/replica-presence.service.js';

/** Answers `GET /api/v1/server`. */
@Injectable()
export class ServerStatusService {
  constructor(
    private readonly database: DatabaseProbeStore,
    private readonly replicas: ReplicaPresenceService,
    private readonly directory: MachineDirectoryService,
    private readonly presence: PresenceService,
    private readonly config: ServerConfig,
  ) {}

  async status(): Promise<ServerStatus> {
    const [{ reachable, migrated }, facts, { replicas, jobs }, machines] = await Promise.all([
      this.database.probe(),
      this.database.facts(),
      this.replicas.status(),
      this.machines(),
    ]);
    return {
      ready: reachable && migrated,
      database: {
        kind: this.config.database.dialect,
        version: facts.version,
        address: databaseAddress(this.config.database),
        size_bytes: facts.sizeBytes,
        migrated,
      },
      redis: this.config.redisUrl !== null,
      machines,
      replicas,
      jobs,
    };
  }

  private async machines(): Promise<ServerStatus['machines']> {
    await this.presence.refresh();
    const rows = await this.directory.all();
    const online = rows.filter((row) => this.presence.statusOf(row) === 'online').length;
    return { total: rows.length, online };
  }
}
