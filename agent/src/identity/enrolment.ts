/** Registers this machine with its server and stores the identity that the server returns. */
import { createHash } from 'node:crypto';
import type { HostFacts, RegisterBody } from '../../../src/contracts/index.js';
import {
  codeOf,
  errorText,
  type HttpAnswer,
  keyHeader,
  parseObject,
  retryAfterMs,
} from '../http/answer.js';
import { ConnectionError, type HttpClient } from '../http/http-client.js';
import { refusalOutcome } from '../http/refusal.js';
import { errorMessage } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import type { Identity, IdentityStore } from './identity.js';

/** What a registration says about this machine. */
export interface MachineDescription {
  name: string;
  os: string;
  version: string;
  fingerprint: string | null;
  tags: string[];
  intervalMs: number;
  /** As in the body of the registration. */
  clockOffsetSeconds: number | null;
  host: HostFacts;
}

/** The outcome of an attempt to register. */
export type EnrolmentResult =
  | { kind: 'registered'; identity: Identity }
  | { kind: 'retry'; reason: string; afterMs?: number }
  /** Retrying is of no use until somebody acts. */
  | { kind: 'refused'; reason: string };

export interface EnrolmentParts {
  client: HttpClient;
  server: URL;
  store: IdentityStore;
  enrollmentKey: string | null;
  apiKey: string | null;
  describe(): MachineDescription;
  wallMs(): number;
  log: Log;
}

function digestOf(text: string): string {
  return createHash('sha256').update(`procspy:${text}`).digest('hex').slice(0, 32);
}

/** Obtains and renews this machine's identity at one server. */
export class Enrolment {
  private identity: Identity | null = null;
  private version: string | null = null;

  constructor(private readonly parts: EnrolmentParts) {}

  /** The identity stored for this server; `null` if there is none. Reads the file again if it changed. */
  current(): Identity | null {
    const version = this.parts.store.version();
    if (this.identity && (version === this.version || version === null)) return this.identity;
    this.version = version;
    const stored = version === null ? null : this.parts.store.load();
    const { apiKey, server } = this.parts;
    // A key is never sent to a server other than the one that issued it. A key in the settings takes precedence.
    const ours = stored?.server === server.href && (apiKey === null || apiKey === stored.apiKey);
    this.identity = ours ? stored : null;
    return this.identity;
  }

  /** Changes when the stored identity is renewed; `null` if there is none. */
  storedVersion(): string | null {
    return this.parts.store.version();
  }

  /** True if the machine's key is in the settings. */
  get hasGivenKey(): boolean {
    return this.parts.apiKey !== null;
  }

  /** Tries again to store an identity that could not be stored when it was new. */
  retrySaving(): void {
    if (this.identity && this.parts.store.version() === null) this.save(this.identity);
  }

  /** True if what the server knows about this machine is out of date. */
  needsUpdate(): boolean {
    const identity = this.current();
    return identity !== null && identity.registered !== digestOf(JSON.stringify(this.body()));
  }

  /**
   * True if this machine may enrol again by itself. A machine whose key was revoked must not use the
   * enrolment key again that it was enrolled with.
   */
  mayEnrolAgain(revoked: boolean): boolean {
    const { enrollmentKey, apiKey } = this.parts;
    const identity = this.current();
    if (enrollmentKey === null) return apiKey === null && (identity?.apiKey ?? null) === null;
    return !revoked || digestOf(enrollmentKey) !== identity?.enrolledWith;
  }

  /** Registers for the first time, or again: the server may issue a new key. */
  enrol(signal?: AbortSignal): Promise<EnrolmentResult> {
    const { enrollmentKey, apiKey } = this.parts;
    return enrollmentKey === null
      ? this.register(apiKey, apiKey, null, signal)
      : this.register(enrollmentKey, null, digestOf(enrollmentKey), signal);
  }

  /** Sends changed facts to the server, with the machine's own key. */
  update(signal?: AbortSignal): Promise<EnrolmentResult> {
    const identity = this.current();
    const key = identity?.apiKey ?? null;
    return this.register(key, key, identity?.enrolledWith ?? null, signal);
  }

  private body(): RegisterBody {
    const { name, os, version, fingerprint, tags, intervalMs, clockOffsetSeconds, host } =
      this.parts.describe();
    return {
      machine_name: name,
      os,
      agent_version: version,
      ...(fingerprint === null ? {} : { machine_fingerprint: fingerprint }),
      ...(tags.length > 0 ? { tags } : {}),
      host,
      interval_seconds: intervalMs / 1000,
      ...(clockOffsetSeconds === null ? {} : { clock_offset_seconds: clockOffsetSeconds }),
    };
  }

  private async register(
    key: string | null,
    ownKey: string | null,
    enrolledWith: string | null,
    signal?: AbortSignal,
  ): Promise<EnrolmentResult> {
    const body = this.body();
    let answer: HttpAnswer;
    try {
      answer = await this.parts.client.request({
        method: 'POST',
        path: '/api/v1/machines/register',
        headers: keyHeader(key),
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (error instanceof ConnectionError) return { kind: 'retry', reason: error.message };
      throw error;
    }
    const parsed = parseObject(answer.body);
    if (answer.status !== 201 && answer.status !== 200) return this.refusal(answer, parsed, key);
    if (parsed?.status !== 'registered' || typeof parsed.machine_id !== 'string') {
      return { kind: 'retry', reason: 'the answer is not from a procspy server' };
    }
    const identity: Identity = {
      server: this.parts.server.href,
      machineId: parsed.machine_id,
      apiKey: typeof parsed.api_key === 'string' ? parsed.api_key : ownKey,
      registered: digestOf(JSON.stringify(body)),
      enrolledWith,
    };
    this.save(identity);
    return { kind: 'registered', identity };
  }

  private refusal(
    answer: HttpAnswer,
    parsed: Record<string, unknown> | null,
    key: string | null,
  ): EnrolmentResult {
    const afterMs = retryAfterMs(answer.headers['retry-after'], this.parts.wallMs());
    const code = codeOf(parsed);
    const words = errorText(answer);
    const outcome = refusalOutcome(answer.status, code, words, { afterMs, ownBody: code !== '' });
    if (outcome.kind === 'retry') return outcome;
    const { reason } = outcome;
    if (outcome.kind === 'unauthorized' && key === null) {
      return {
        kind: 'refused',
        reason: `${reason}: give an enrolment key with --enrollment-key or PROCSPY_ENROLLMENT_KEY`,
      };
    }
    return { kind: 'refused', reason };
  }

  /** If the folder cannot be written, the identity is lost at the next start, not now. */
  private save(identity: Identity): void {
    this.identity = identity;
    try {
      this.parts.store.save(identity);
    } catch (error) {
      this.parts.log.warn(
        `the identity cannot be stored in ${this.parts.store.path}: ${errorMessage(error)}`,
      );
    }
    this.version = this.parts.store.version();
  }
}
