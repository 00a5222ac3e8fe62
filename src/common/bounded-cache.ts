/** Caches that hold only so much. */
import { LRUCache } from 'lru-cache';

type Expiry = Pick<LRUCache.OptionsBase<string, object, unknown>, 'ttl' | 'ttlResolution' | 'perf'>;

/**
 * A cache of at most `entries`, whose least recently used leave first. Counted by the library as a
 * size, because with its `max` it reserves room for all of them at once: 17 MB and a quarter of a
 * second for a million.
 */
export function boundedCache<Value extends object | string | number | true>(
  entries: number,
  expiry: Expiry = {},
): LRUCache<string, Value> {
  return new LRUCache<string, Value>({ ...expiry, maxSize: entries, sizeCalculation: () => 1 });
}
