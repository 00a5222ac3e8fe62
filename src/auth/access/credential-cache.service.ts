/** What was found out about credentials lately, so that a push costs no query. */
import { Injectable } from '@nestjs/common';
import { boundedCache } from '../../common/bounded-cache.js';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import type { Credential } from '../credential.js';

/** A credential is believed so long after the database was last known to agree. */
const FRESH_MS = 4_500;
/** Even while revocations are being watched, each credential is looked up this often. */
const RELOAD_MS = 10 * 60_000;
/** A refused credential is refused again this long without a query. */
const REFUSED_MS = 2_000;

const MAX_CREDENTIALS = 50_000;
const MAX_REFUSALS = 10_000;
const MAX_REVOKED = 100_000;

interface Known {
  credential: Credential;
  loadedAt: number;
}

/**
 * Known credentials by the hash of their key or token. An entry counts while it was looked up, or
 * the revocations were read, within the last 4.5 seconds; so a revocation is felt within five on
 * every replica, while a machine's key is looked up once in ten minutes.
 */
@Injectable()
export class CredentialCacheService {
  private readonly known = boundedCache<Known>(MAX_CREDENTIALS);
  private readonly refused = boundedCache<{ error: AppError; at: number }>(MAX_REFUSALS);
  private readonly loading = new Map<string, Promise<Credential>>();
  /** Ids that were revoked: a lookup that began before must not bring them back. */
  private readonly revoked = boundedCache<true>(MAX_REVOKED);
  private revocationsReadAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** The credential if it is known and fresh. */
  peek(hash: string): Credential | undefined {
    const known = this.known.get(hash);
    if (!known) {
      return undefined;
    }
    const now = this.clock.now();
    const confirmedAt = Math.max(known.loadedAt, this.revocationsReadAt);
    if (
      now - confirmedAt < FRESH_MS &&
      now - known.loadedAt < RELOAD_MS &&
      now < known.credential.expiresAt
    ) {
      return known.credential;
    }
    this.known.delete(hash);
    return undefined;
  }

  /** The credential, looked up by `load` if need be; callers at the same moment share one lookup. */
  async get(hash: string, load: () => Promise<Credential>): Promise<Credential> {
    const known = this.peek(hash);
    if (known) {
      return known;
    }
    const refusal = this.refused.get(hash);
    if (refusal && this.clock.now() - refusal.at < REFUSED_MS) {
      throw refusal.error;
    }
    const running = this.loading.get(hash);
    if (running !== undefined) {
      return running;
    }
    const lookup = this.load(hash, load);
    this.loading.set(hash, lookup);
    try {
      return await lookup;
    } finally {
      this.loading.delete(hash);
    }
  }

  /** Forgets all credentials that live by one of these ids, for good. */
  revoke(ids: Iterable<string>): void {
    const ended = new Set(ids);
    for (const id of ended) {
      this.revoked.set(id, true);
    }
    for (const [hash, { credential }] of this.known.entries()) {
      if (ended.has(credential.life)) {
        this.known.delete(hash);
      }
    }
  }

  /** Says that every revocation that was committed before `time` has been applied. */
  confirm(time: number): void {
    this.revocationsReadAt = Math.max(this.revocationsReadAt, time);
  }

  private async load(hash: string, load: () => Promise<Credential>): Promise<Credential> {
    const loadedAt = this.clock.now();
    try {
      const credential = await load();
      if (!this.revoked.has(credential.life)) {
        this.known.set(hash, { credential, loadedAt });
      }
      return credential;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') {
        this.refused.set(hash, { error, at: loadedAt });
      }
      throw error;
    }
  }
}
