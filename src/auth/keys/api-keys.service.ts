/** The keys of scripts, scrapers and enrolments, as administrators manage them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { InvalidInputError, NotFoundError } from '../../common/errors.js';
import { type PageQuery, parseTimeCursor, toPage } from '../../common/paging.js';
import { isoTime, isoTimeOrNull, parseTime } from '../../common/times.js';
import type { ApiKey, KeyScope, NewApiKey, Page } from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { AuditService } from '../audit/audit.service.js';
import { newKey } from '../hashing.js';
import type { UserActor } from '../principal.js';
import type { ApiKeyEntity } from '../records/api-key.entity.js';
import { ApiKeyStore } from '../records/api-key.store.js';

/** Throws `api_keys.not_found` (404) and `api_keys.invalid` (400). */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly audit: AuditService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  async list(query: PageQuery & { scope?: KeyScope; revoked?: boolean }): Promise<Page<ApiKey>> {
    const { rows, total } = await this.keys.page({
      scope: query.scope,
      revoked: query.revoked ?? false,
      limit: query.limit,
      after: parseTimeCursor(query.cursor),
    });
    return toPage(rows, {
      total,
      limit: query.limit,
      keyOf: ({ created_at, id }) => [created_at, id],
      toItem: keyAnswer,
    });
  }

  async get(id: string): Promise<ApiKey> {
    return keyAnswer(await this.find(id));
  }

  /** The answer carries the key; it is not kept. */
  async create(
    body: {
      name: string;
      scope: Exclude<KeyScope, 'machine'>;
      expires_at?: string | number | null;
      max_uses?: number | null;
    },
    by: UserActor,
  ): Promise<NewApiKey> {
    const now = this.clock.now();
    const end = body.expires_at ?? null;
    const expiresAt = end === null ? null : parseTime(end);
    const maxUses = body.max_uses ?? null;
    if (expiresAt !== null && expiresAt <= now) {
      throw new InvalidInputError('api_keys.invalid', 'expires_at must be in the future');
    }
    if (maxUses !== null && body.scope !== 'enroll') {
      throw new InvalidInputError('api_keys.invalid', 'max_uses is for keys of scope enroll');
    }
    const { key, key_hash, hint } = newKey(body.scope);
    const row: ApiKeyEntity = {
      id: randomUUID(),
      name: body.name,
      scope: body.scope,
      key_hash,
      hint,
      machine: null,
      machine_id: null,
      current_machine: null,
      created_at: now,
      created_by: by.actor.email,
      expires_at: expiresAt,
      revoked_at: null,
      last_used_at: null,
      max_uses: maxUses,
      uses: 0,
    };
    await this.keys.insert(row);
    await this.record('api_key.create', row, by);
    return { ...keyAnswer(row), api_key: key };
  }

  async rename(id: string, name: string, by: UserActor): Promise<ApiKey> {
    const key = await this.find(id);
    await this.keys.change(id, { name });
    await this.record('api_key.rename', { ...key, name }, by);
    return this.get(id);
  }

  /** The key ends, on every replica within seconds; revoking it again is no error. */
  async revoke(id: string, by: UserActor): Promise<void> {
    const key = await this.find(id);
    if (await this.keys.revoke(id, this.clock.now())) {
      this.events.publish('auth.revoked', { principal_ids: [id] });
      await this.record('api_key.revoke', key, by);
    }
  }

  private async find(id: string): Promise<ApiKeyEntity> {
    const key = await this.keys.byId(id);
    if (!key) {
      throw new NotFoundError('api_keys.not_found', 'there is no key with this id');
    }
    return key;
  }

  private record(action: string, key: ApiKeyEntity, by: UserActor): Promise<void> {
    return this.audit.record({
      action,
      ...by,
      target: key.id,
      details: { name: key.name, scope: key.scope, hint: key.hint },
    });
  }
}

function keyAnswer(key: ApiKeyEntity): ApiKey {
  return {
    id: key.id,
    name: key.name,
    scope: key.scope,
    hint: key.hint,
    machine_id: key.machine_id,
    created_at: isoTime(key.created_at),
    created_by: key.created_by,
    expires_at: isoTimeOrNull(key.expires_at),
    revoked_at: isoTimeOrNull(key.revoked_at),
    last_used_at: isoTimeOrNull(key.last_used_at),
    max_uses: key.max_uses,
    uses: key.uses,
  };
}
