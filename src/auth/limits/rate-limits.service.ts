/** How often one key or address may ask. docs/security.md says what replicas count together. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import { ServerConfig } from '../../config/server-config.js';
import type { AccessLevel } from '../access-levels.js';
import type { MachinePrincipal, Principal } from '../principal.js';
import { networkOf } from './network.js';
import { SharedLimitsService } from './shared-limits.service.js';
import { TokenBuckets } from './token-buckets.js';

/** Of one address. */
const SIGN_INS = { atOnce: 100, perSecond: 2 };

/** Refuses with `auth.rate_limited` (429) and says when to come back. */
@Injectable()
export class RateLimitsService {
  private readonly pushes: TokenBuckets;
  /** A fleet that is set up behind one address enrols a thousand machines at once, then 20 a second. */
  private readonly registrations = new TokenBuckets(1_000, 20);
  private readonly refusedRegistrations = new TokenBuckets(50, 1);
  /** Sign-ins, refreshes and set-ups of one address. */
  private readonly signIns = new TokenBuckets(SIGN_INS.atOnce, SIGN_INS.perSecond);
  /** Everything else; far above what a dashboard asks. */
  private readonly requests = new TokenBuckets(3_000, 1_000);

  constructor(
    config: ServerConfig,
    private readonly clock: Clock,
    private readonly shared: SharedLimitsService,
  ) {
    this.pushes = new TokenBuckets(config.ingestRateLimit, config.ingestRateLimit, 50_000);
  }

  /** Counts a request that was let in. */
  take(level: AccessLevel, principal: Principal, address: string): void {
    if (level === 'machine') {
      this.takePush(principal);
    } else if (level === 'enrollment') {
      refuseFor(this.registrations.take(networkOf(address), this.clock.now()));
    } else if (level !== 'anyone') {
      refuseFor(this.requests.take(networkOf(address), this.clock.now()));
    }
  }

  /** Counts a push by its key, over HTTP or a socket. The open mode has no limit. */
  takePush(principal: Principal): void {
    if (principal.kind === 'machine') {
      refuseFor(this.pushes.take(principal.id, this.clock.now()));
    }
  }

  /** The same for who does not want to be refused: false, and nothing counted, past the limit. */
  tryTakePush({ id }: MachinePrincipal): boolean {
    return this.pushes.take(id, this.clock.now()) === 0;
  }

  /** Counts a sign-in, refresh or set-up, whatever comes of it; with other replicas, if Redis links them. */
  async takeSignIn(address: string): Promise<void> {
    const network = networkOf(address);
    const own = this.signIns.take(network, this.clock.now());
    const { atOnce, perSecond } = SIGN_INS;
    const together = await this.shared.take(`sign-ins:${network}`, atOnce, perSecond);
    refuseFor(together === null ? own : together / 1000);
  }

  /** Throws if the address has shown too many wrong credentials to have another one looked up now. */
  checkRefused(level: AccessLevel, address: string): void {
    refuseFor(this.refusals(level).wait(networkOf(address), this.clock.now()));
  }

  /** Counts a request whose credential was wrong. */
  refused(level: AccessLevel, address: string): void {
    refuseFor(this.refusals(level).take(networkOf(address), this.clock.now()));
  }

  private refusals(level: AccessLevel): TokenBuckets {
    return level === 'enrollment' ? this.refusedRegistrations : this.requests;
  }
}

/** Throws `auth.rate_limited` unless `seconds` is 0. */
export function refuseFor(seconds: number): void {
  if (seconds > 0) {
    throw new AppError(
      'rate_limited',
      'auth.rate_limited',
      'too many requests; wait as long as Retry-After says',
      Math.max(1, seconds),
    );
  }
}
