/** Slows down guessing of passwords and codes, without telling whether the account exists. */
import { Injectable } from '@nestjs/common';
import { boundedCache } from '../../common/bounded-cache.js';
import { Clock } from '../../common/clock.js';
import { sha256 } from '../hashing.js';
import { networkOf } from './network.js';
import { refuseFor } from './rate-limits.service.js';
import { SharedLimitsService, type TryKeys } from './shared-limits.service.js';

/** Tries without a wait: of one account from one address, of one account from anywhere. */
const FREE_TRIES = { pair: 5, account: 20 };
/** The longest wait: an account that is attacked from everywhere must stay usable. */
const MAX_WAIT_MS = { pair: 15 * 60_000, account: 30_000 };
/** Failures are forgotten after this long without another. */
const FORGET_MS = 60 * 60_000;
/** How long an address counts as a user's own after a sign-in from it. */
const KNOWN_MS = 30 * 86_400_000;

const RULES = {
  freeOfPair: FREE_TRIES.pair,
  longestOfPair: MAX_WAIT_MS.pair,
  freeOfAccount: FREE_TRIES.account,
  longestOfAccount: MAX_WAIT_MS.account,
  forgetMs: FORGET_MS,
};

interface Failures {
  count: number;
  at: number;
}

/**
 * Counts each try as a failure before it is decided, so that many at the same moment count too; a
 * success wipes the count. Each failure past the free ones doubles the wait, from one second. Where
 * the account has signed in before, what others try from elsewhere is not felt: they could keep its
 * owner out otherwise, by taking each turn that comes free. Replicas that Redis links count together;
 * each also counts for itself, and goes by that while Redis does not answer.
 */
@Injectable()
export class LoginThrottleService {
  private readonly failures = boundedCache<Failures>(50_000);
  /** When the account last signed in from there. */
  private readonly known = boundedCache<number>(50_000);

  constructor(
    private readonly clock: Clock,
    private readonly shared: SharedLimitsService,
  ) {}

  /** Throws `auth.rate_limited` while the account or address has to wait. `account` may be unknown. */
  async begin(account: string, address: string): Promise<void> {
    const keys = keysOf(account, address);
    const own = this.beginHere(keys);
    refuseFor(((await this.shared.begin(keys, RULES)) ?? own) / 1000);
  }

  /** Forgets the failures of the account, from this address and from anywhere. */
  async succeed(account: string, address: string): Promise<void> {
    const keys = keysOf(account, address);
    this.failures.delete(keys.pair);
    this.failures.delete(keys.account);
    this.known.set(keys.pair, this.clock.now());
    await this.shared.succeed(keys, KNOWN_MS);
  }

  /** Milliseconds to wait by this process's count; 0: the try is counted. */
  private beginHere({ pair, account }: TryKeys): number {
    const now = this.clock.now();
    const fromHome = now - (this.known.get(pair) ?? Number.NEGATIVE_INFINITY) <= KNOWN_MS;
    const wait = Math.max(
      this.wait(pair, FREE_TRIES.pair, MAX_WAIT_MS.pair, now),
      fromHome ? 0 : this.wait(account, FREE_TRIES.account, MAX_WAIT_MS.account, now),
    );
    if (wait === 0) {
      this.count(pair, now);
      this.count(account, now);
    }
    return wait;
  }

  private wait(key: string, free: number, max: number, now: number): number {
    const failures = this.failures.get(key);
    if (!failures || failures.count < free || now - failures.at > FORGET_MS) {
      return 0;
    }
    const pause = Math.min(max, 1000 * 2 ** Math.min(30, failures.count - free));
    return Math.max(0, failures.at + pause - now);
  }

  private count(key: string, now: number): void {
    const failures = this.failures.get(key);
    const remembered = failures && now - failures.at <= FORGET_MS ? failures.count : 0;
    this.failures.set(key, { count: remembered + 1, at: now });
  }
}

function keysOf(account: string, address: string): TryKeys {
  return { pair: sha256(`${networkOf(address)} ${account}`), account: sha256(account) };
}
