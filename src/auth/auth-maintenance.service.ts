/** Deletes what this module needs no longer. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { ApiKeyStore } from './records/api-key.store.js';
import { SessionsService } from './sessions/sessions.service.js';

const DAY = 86_400_000;
/** How long ended sessions and revoked keys are kept, so that incidents can be traced. */
const KEEP_MS = { sessions: 30 * DAY, keys: 90 * DAY };

/** To be called by the scheduler, once an hour or so. */
@Injectable()
export class AuthMaintenanceService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
  ) {}

  /** Deletes ended sessions after 30 days; revoked and expired keys after 90: then they are unknown. */
  async prune(term: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.sessions.prune(now - KEEP_MS.sessions);
    term.throwIfAborted();
    await this.keys.deleteEndedBefore(now - KEEP_MS.keys);
  }
}
