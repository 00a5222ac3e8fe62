/** Token buckets by key: so many at once, so many a second after that. */
import type { LRUCache } from 'lru-cache';
import { boundedCache } from '../../common/bounded-cache.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** A bounded set of buckets. Forgetting one means it is full again. */
export class TokenBuckets {
  private readonly buckets: LRUCache<string, Bucket>;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    maxKeys = 20_000,
  ) {
    this.buckets = boundedCache(maxKeys);
  }

  /** Takes a token of `key`; answers 0, or the seconds until there is one. `now` in milliseconds. */
  take(key: string, now: number): number {
    const wait = this.wait(key, now);
    if (wait === 0) {
      const bucket = this.buckets.get(key);
      if (bucket) {
        bucket.tokens -= 1;
      } else {
        this.buckets.set(key, { tokens: this.capacity - 1, at: now });
      }
    }
    return wait;
  }

  /** Seconds until `key` has a token, 0 if it has one; takes none. */
  wait(key: string, now: number): number {
    const bucket = this.buckets.get(key);
    if (!bucket) {
      return 0;
    }
    const elapsed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(this.capacity, bucket.tokens + (elapsed * this.perSecond) / 1000);
    bucket.at = now;
    return bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / this.perSecond;
  }
}
