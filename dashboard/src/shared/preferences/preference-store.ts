/**
 * What the user has set for themselves, kept on the server for each user and in the browser: pages
 * read it at once, and what is set while the server is away is sent later.
 */
import type { Preferences } from '../../../../src/contracts/index.js';
import { ApiError } from '../api/errors.js';

/** How the server is reached. */
export interface PreferenceRoutes {
  load(): Promise<Preferences>;
  /** Sets those named; `null` removes one. */
  change(changes: Preferences): Promise<Preferences>;
}

/** What the store needs of its surroundings. */
export interface PreferenceSurroundings {
  routes: PreferenceRoutes;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Told when the server refuses what was set. */
  refused(error: ApiError): void;
  /** Runs `send` soon, once for several calls. */
  soon(send: () => void): () => void;
}

/** What the browser keeps for one user. */
interface Kept {
  values: Preferences;
  /** Names that the server has not confirmed yet. */
  unsent: string[];
}

/** Where the browser keeps them; a user's id follows. */
const STORAGE_KEY = 'procspy.preferences';

/** The preferences of the user who is signed in, or of this browser if nobody is. */
export class PreferenceStore {
  private userId: string | null = null;
  private values: Preferences = {};
  private unsent = new Set<string>();
  private settled = false;
  private sending = false;
  private readonly listeners = new Set<() => void>();
  private readonly sendSoon: () => void;

  constructor(private readonly around: PreferenceSurroundings) {
    this.sendSoon = around.soon(() => void this.send());
    this.read();
  }

  /** False until the values are known: pages wait for it rather than change their looks later. */
  readonly isSettled = (): boolean => this.settled;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The stored value, `undefined` if none; the same object until it changes. */
  get(name: string): unknown {
    return this.values[name];
  }

  /** Sets a value, or removes it with `null`; in force at once, sent to the server soon. */
  set(name: string, value: unknown): void {
    if (isSame(this.values[name] ?? null, value)) return;
    this.values = withValue(this.values, name, value);
    if (this.userId !== null) {
      this.unsent.add(name);
      this.sendSoon();
    }
    this.write();
    this.notify();
  }

  /** Changes to the preferences of a user, or with `null` to those of this browser. */
  follow(userId: string | null): void {
    if (userId === this.userId && this.settled) return;
    this.userId = userId;
    const known = this.read();
    this.settled = userId === null || known;
    this.notify();
    if (userId !== null) void this.load();
  }

  /** Fetches what was set elsewhere and sends what was set here while the server was away. */
  async load(): Promise<void> {
    const { userId } = this;
    if (userId === null) return;
    try {
      const answer = await this.around.routes.load();
      if (userId !== this.userId) return;
      this.take(answer);
      if (this.unsent.size > 0) this.sendSoon();
    } catch (error) {
      // What this browser knows has to do until the next connection.
      if (!(error instanceof ApiError)) throw error;
    }
    if (userId !== this.userId || this.settled) return;
    this.settled = true;
    this.notify();
  }

  /** Takes over what another tab of this browser has stored. */
  storageChanged(key: string | null): void {
    if (key !== this.storageKey()) return;
    this.read();
    this.notify();
  }

  /** One request at a time: a later value must not arrive before an earlier one. */
  private async send(): Promise<void> {
    const { userId } = this;
    if (userId === null || this.unsent.size === 0 || this.sending) return;
    const sent = Object.fromEntries(
      [...this.unsent].map((name) => [name, this.values[name] ?? null]),
    );
    this.sending = true;
    try {
      await this.around.routes.change(sent);
      if (userId === this.userId) this.confirm(sent);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Anything but a refusal of these values is tried again with the next connection.
      if (userId !== this.userId || !REFUSALS.has(error.status)) return;
      this.confirm(sent);
      this.around.refused(error);
      await this.load();
    } finally {
      this.sending = false;
    }
    if (this.unsent.size > 0) this.sendSoon();
  }

  /** What was set again in the meantime stays unsent. */
  private confirm(sent: Preferences): void {
    for (const [name, value] of Object.entries(sent)) {
      if (isSame(this.values[name] ?? null, value)) this.unsent.delete(name);
    }
    this.write();
  }

  private take(answer: Preferences): void {
    let next: Preferences = {};
    for (const [name, value] of Object.entries(answer)) {
      if (this.unsent.has(name)) continue;
      next = withValue(next, name, isSame(this.values[name], value) ? this.values[name] : value);
    }
    for (const name of this.unsent) next = withValue(next, name, this.values[name] ?? null);
    this.values = next;
    this.write();
    this.notify();
  }

  private storageKey(): string {
    return this.userId === null ? STORAGE_KEY : `${STORAGE_KEY}.${this.userId}`;
  }

  /** True if this browser has preferences of the user. */
  private read(): boolean {
    const kept = parseKept(this.around.storage.getItem(this.storageKey()));
    this.values = kept?.values ?? {};
    this.unsent = new Set(kept?.unsent);
    return kept !== null;
  }

  private write(): void {
    const kept: Kept = { values: this.values, unsent: [...this.unsent] };
    this.around.storage.setItem(this.storageKey(), JSON.stringify(kept));
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Statuses with which the server refuses the values themselves. */
const REFUSALS = new Set([400, 413]);

function withValue(values: Preferences, name: string, value: unknown): Preferences {
  const { [name]: _, ...others } = values;
  return value === null ? others : { ...others, [name]: value };
}

/** Compares as JSON; the order of an object's names counts. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function parseKept(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const kept: unknown = JSON.parse(text);
    return isKept(kept) ? kept : null;
  } catch (error) {
    // Another program's text under our name.
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

function isKept(kept: unknown): kept is Kept {
  if (typeof kept !== 'object' || kept === null) return false;
  const { values, unsent } = kept as Partial<Kept>;
  return typeof values === 'object' && values !== null && Array.isArray(unsent);
}
