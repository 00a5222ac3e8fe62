/** Finds the key that belongs to a hash. */
import { Injectable, Logger } from '@nestjs/common';
import { checkKeyInForce } from '../check-key.js';
import type { Credential } from '../credential.js';
import type { ApiKeyEntity } from '../records/api-key.entity.js';
import { ApiKeyStore } from '../records/api-key.store.js';

/** `last_used_at` is kept to this precision. */
const TOUCH_EVERY_MS = 60_000;

/** Turns stored keys into credentials. */
@Injectable()
export class KeyLookupService {
  private readonly logger = new Logger(KeyLookupService.name);

  constructor(private readonly keys: ApiKeyStore) {}

  /** `null` if no key has that hash; throws `auth.key_revoked` or `auth.key_expired`. */
  async find(hash: string, now: number): Promise<Credential | null> {
    const key = await this.keys.byHash(hash);
    if (!key) {
      return null;
    }
    checkKeyInForce(key, now);
    const found = { via: 'key', life: key.id, expiresAt: key.expires_at ?? Infinity } as const;
    if (key.scope !== 'machine') {
      this.touch(key, now);
      return { ...found, principal: { kind: 'key', id: key.id, scope: key.scope } };
    }
    if (key.machine === null || key.machine_id === null) {
      return null;
    }
    const { id, machine, machine_id } = key;
    return { ...found, principal: { kind: 'machine', id, machineKey: machine, machine_id } };
  }

  /** A machine says when it was last seen; its key need not. Nobody waits for this note. */
  private touch(key: ApiKeyEntity, now: number): void {
    if (now - (key.last_used_at ?? 0) < TOUCH_EVERY_MS) {
      return;
    }
    this.keys.touch(key.id, now).catch((error: Error) => {
      this.logger.warn(`cannot note the use of key ${key.id}: ${error.message}`);
    });
  }
}
