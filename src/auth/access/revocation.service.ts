/** Notices keys and sessions that ended on another replica, or by time. */
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { boundedCache } from '../../common/bounded-cache.js';
import { Clock } from '../../common/clock.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { ApiKeyStore } from '../records/api-key.store.js';
import { SessionStore } from '../records/session.store.js';
import { CredentialCacheService } from './credential-cache.service.js';

const INTERVAL_MS = 1_500;
/** Revocations are stamped by the replica that made them; replicas' clocks may differ by this much. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Reads what ended lately, every 1.5 seconds, and publishes `auth.revoked` once for each on this
 * replica: caches forget it, open sockets close.
 */
@Injectable()
export class RevocationService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly told = boundedCache<true>(100_000, { ttl: 2 * OVERLAP_MS });
  /** While it fails, credentials grow stale and each is looked up again: slower, never less safe. */
  private readonly task = new PeriodicTask({
    name: RevocationService.name,
    everyMs: INTERVAL_MS,
    jitter: 0.1,
    run: () => this.read(),
  });

  constructor(
    private readonly keys: ApiKeyStore,
    private readonly sessions: SessionStore,
    private readonly cache: CredentialCacheService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {
    events.on('auth.revoked', ({ principal_ids }) => {
      for (const id of principal_ids) {
        this.told.set(id, true);
      }
      this.cache.revoke(principal_ids);
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Reads the ends once. */
  async read(): Promise<void> {
    const now = this.clock.now();
    const [keys, sessions] = await Promise.all([
      this.keys.endedSince(now - OVERLAP_MS, now),
      this.sessions.endedSince(now - OVERLAP_MS, now),
    ]);
    const fresh = [...keys, ...sessions].filter((id) => !this.told.has(id));
    if (fresh.length > 0) {
      this.events.publish('auth.revoked', { principal_ids: fresh });
    }
    this.cache.confirm(now);
  }
}
