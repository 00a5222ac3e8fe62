/**
 * The signed-in user. The access token is kept in memory only, the refresh token in a cookie that
 * scripts cannot read.
 */
import type { SetupBody, SetupState, TokenAnswer, User } from '../../../src/contracts/index.js';
import type { TokenSource } from './api/client.js';
import { send } from './api/client.js';
import { ApiError, errorMessage, isAway } from './api/errors.js';
import { forgetAnswers, keepAnswer, lastAnswer } from './api/last-answers.js';
import { FLEET_ADDRESS } from './api/machines.js';

/** Body of `POST /auth/login`; `totp` once the server has asked for it. */
export interface LoginBody {
  email: string;
  password: string;
  totp?: string;
}

/** What the pages know about the session. */
export type SessionState =
  | { phase: 'starting' }
  | { phase: 'unreachable'; message: string }
  | ReadyState;

/** The user is known, or known to be nobody. */
export interface ReadyState {
  phase: 'ready';
  user: User | null;
  authRequired: boolean;
  setupRequired: boolean;
  /**
   * The server has not been reached since the page was opened: when the machines shown were known,
   * in epoch milliseconds. `null` once it was.
   */
  knownAt: number | null;
}

/** Remembers that a session may exist, so that a first visit does not ask for a renewal. */
const HINT_KEY = 'procspy.session';
const LOCK_NAME = 'procspy.session.refresh';
const START_RETRY_MS = 3_000;
const RENEW_RETRY_MS = 10_000;

/** The token is renewed when a fifth of its lifetime is left, but at most every ten seconds. */
export function renewalDelayMs(expiresInSeconds: number): number {
  return Math.max(10_000, expiresInSeconds * 800);
}

/** The session: signs in and out, renews the token, and notifies its listeners. */
export class Session implements TokenSource {
  private state: SessionState = { phase: 'starting' };
  private accessToken: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<boolean> | null = null;
  private readonly listeners = new Set<() => void>();

  readonly lastAnswers = { mayKeep: () => this.mayKeep(), mayUse: () => this.isOffline() };

  readonly getState = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  token(): string | null {
    return this.accessToken;
  }

  /** Asks the server for its state and resumes an earlier session. */
  async start(): Promise<void> {
    try {
      const setup = await readAndKeep<SetupState>('/auth/setup', null);
      const flags = { authRequired: setup.auth_required, setupRequired: setup.setup_required };
      if (!this.isOffline()) this.set({ phase: 'starting' });
      const renewed = !setup.setup_required && hasHint() && (await this.renew());
      const user = renewed ? await this.me() : null;
      this.set({ phase: 'ready', user, ...flags, knownAt: null });
    } catch (error) {
      const known = isAway(error) ? await this.lastKnown() : null;
      this.set(known ?? { phase: 'unreachable', message: errorMessage(error) });
      this.later(START_RETRY_MS, () => this.start());
    }
  }

  /**
   * Signs in. Throws `ApiError` with the code `auth.totp_required` if a second factor is needed.
   */
  async login(body: LoginBody): Promise<void> {
    await this.take(await send<TokenAnswer>('/auth/login', { method: 'POST', body }, null));
  }

  /** Creates the first administrator and signs in as them. */
  async setup(body: SetupBody): Promise<void> {
    await this.take(await send<TokenAnswer>('/auth/setup', { method: 'POST', body }, null));
  }

  /** Signs out here and, if the server can be reached, there as well. */
  async logout(): Promise<void> {
    try {
      await send('/auth/logout', { method: 'POST' }, this.accessToken);
    } finally {
      this.end();
    }
  }

  /** Renews the access token with the refresh cookie; concurrent calls share one request. */
  renew(): Promise<boolean> {
    this.renewing ??= withLock(() => this.refresh()).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async refresh(): Promise<boolean> {
    try {
      this.keep(await send<TokenAnswer>('/auth/refresh', { method: 'POST' }, null));
      return true;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        this.end();
        return false;
      }
      throw error;
    }
  }

  private isOffline(): boolean {
    return this.state.phase === 'ready' && this.state.knownAt !== null;
  }

  /** Nothing is kept once a session has ended, in another tab either. */
  private mayKeep(): boolean {
    const { state } = this;
    if (state.phase !== 'ready' || state.knownAt !== null) return false;
    return !state.authRequired || (state.user !== null && hasHint());
  }

  /** The session as it was when the server answered for the last time; `null` if there was none. */
  private async lastKnown(): Promise<ReadyState | null> {
    const [setup, me, fleet] = await Promise.all(
      ['/auth/setup', '/auth/me', FLEET_ADDRESS].map(lastAnswer),
    );
    if (setup == null) return null;
    const { auth_required: authRequired, setup_required } = setup.body as SetupState;
    const user = hasHint() && me != null ? (me.body as User) : null;
    if (setup_required || (authRequired && user === null)) return null;
    const { keptAt: knownAt } = fleet ?? setup;
    return { phase: 'ready', user, authRequired, setupRequired: false, knownAt };
  }

  private me(): Promise<User> {
    return readAndKeep<User>('/auth/me', this.accessToken);
  }

  private async take(answer: TokenAnswer): Promise<void> {
    this.keep(answer);
    const authRequired = this.state.phase === 'ready' ? this.state.authRequired : true;
    const user = await this.me();
    keepAnswer('/auth/setup', { auth_required: authRequired, setup_required: false });
    this.set({ phase: 'ready', user, authRequired, setupRequired: false, knownAt: null });
  }

  private keep(answer: TokenAnswer): void {
    this.accessToken = answer.access_token;
    setHint(true);
    this.later(renewalDelayMs(answer.expires_in), () => this.renewInBackground());
  }

  private async renewInBackground(): Promise<void> {
    try {
      await this.renew();
    } catch {
      // The server cannot be reached: the banner says so, and the next request tries again.
      this.later(RENEW_RETRY_MS * (1 + Math.random()), () => this.renewInBackground());
    }
  }

  private end(): void {
    this.accessToken = null;
    clearTimeout(this.timer);
    setHint(false);
    void forgetAnswers();
    if (this.isOffline()) this.later(START_RETRY_MS, () => this.start());
    if (this.state.phase === 'ready') this.set({ ...this.state, user: null });
  }

  private later(delayMs: number, action: () => Promise<void>): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void action(), delayMs);
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

async function readAndKeep<answer>(path: string, token: string | null): Promise<answer> {
  const answer = await send<answer>(path, {}, token);
  keepAnswer(path, answer);
  return answer;
}

/** Tabs renew one after the other, because each renewal replaces the refresh cookie. */
function withLock(action: () => Promise<boolean>): Promise<boolean> {
  // Browsers offer locks on HTTPS and localhost only.
  if (!('locks' in navigator)) return action();
  return navigator.locks.request(LOCK_NAME, action);
}

function hasHint(): boolean {
  return localStorage.getItem(HINT_KEY) !== null;
}

function setHint(signedIn: boolean): void {
  if (signedIn) localStorage.setItem(HINT_KEY, '1');
  else localStorage.removeItem(HINT_KEY);
}
