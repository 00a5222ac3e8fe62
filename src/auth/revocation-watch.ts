/** Notices keys and sessions that ended on another replica, or by time. */
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { boundedCache } from '../common/bounded-cache.js';
import { Clock } from '../common/clock.js';
import { DomainEvents } from '../domain-events/domain-events.js';
import { CredentialCache } from './credential-cache.js';
import { ApiKeyStore } from './keys/api-key.store.js';
import { SessionStore } from './sessions/session.store.js';

const INTERVAL_MS = 1_500;
/** Ends are told by the clock of the replica that made them: clocks may differ by this much. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Reads what ended lately, every 1.5 seconds, and publishes `auth.revoked` once for each on this
 * replica: caches forget it, open sockets close.
 */
@Injectable()
export class RevocationWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RevocationWatch.name);
  private readonly told = boundedCache<true>(100_000, { ttl: 2 * OVERLAP_MS });
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly keys: ApiKeyStore,
    private readonly sessions: SessionStore,
    private readonly cache: CredentialCache,
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
    this.schedule();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
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

  private schedule(): void {
    const jitter = Math.random() * 0.1 * INTERVAL_MS;
    this.timer = setTimeout(() => void this.tick(), INTERVAL_MS - jitter);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    try {
      await this.read();
      this.failing = false;
    } catch (error) {
      // Credentials then grow stale and each is looked up again: slower, never less safe.
      if (!this.failing && !this.stopped) {
        this.logger.warn(`cannot read revocations: ${(error as Error).message}`);
      }
      this.failing = true;
    }
    if (!this.stopped) {
      this.schedule();
    }
  }
}
