/**
 * The last answers of the routes that the first pages need, kept by the browser for the time when
 * the server cannot be reached. They are forgotten when the session ends.
 */
import { BASE_PATH } from '../base-path.js';

/** Several servers may share an origin, each under a path of its own. */
const CACHE_NAME = `procspy-last-answers:${BASE_PATH}/`;

/** Addresses below `/api/v1` whose answers are kept: the session, machines, lists of alerts. */
const KEPT = [/^\/auth\/(setup|me)$/, /^\/machines\/[0-9a-f-]+$/, /^\/alerts(\?|$)/];
/** Pages beyond the first, and ranges of time, whose addresses never come again. */
const NEVER_AGAIN = /[?&](cursor|from|to)=/;

/** True if an answer of this address is of use later; `path` includes the query. */
export function isWorthKeeping(path: string): boolean {
  return KEPT.some((pattern) => pattern.test(path)) && !NEVER_AGAIN.test(path);
}

/** When an answer was kept. */
const KEPT_AT = 'x-kept-at';

/** An answer as it was. */
export interface KeptAnswer {
  body: unknown;
  /** Epoch milliseconds. */
  keptAt: number;
}

/** Keeps an answer, in the background; `path` includes the query. */
export function keepAnswer(path: string, body: unknown): void {
  store(path, body).catch((cause: unknown) => {
    // The browser's storage may be full or forbidden; only the offline view misses something then.
    console.info('An answer was not kept for the offline view.', cause);
  });
}

async function store(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json', [KEPT_AT]: String(Date.now()) };
  const cache = await openCache();
  await cache?.put(keyOf(path), new Response(JSON.stringify(body), { headers }));
}

/** The last answer of an address; `null` if there is none. */
export async function lastAnswer(path: string): Promise<KeptAnswer | null> {
  const response = await (await openCache())?.match(keyOf(path));
  if (response === undefined) return null;
  return { body: await response.json(), keptAt: Number(response.headers.get(KEPT_AT)) };
}

/** Forgets everything. */
export async function forgetAnswers(): Promise<void> {
  if (hasCaches()) await caches.delete(CACHE_NAME);
}

async function openCache(): Promise<Cache | null> {
  return hasCaches() ? caches.open(CACHE_NAME) : null;
}

/** Browsers offer caches on HTTPS and localhost only. */
function hasCaches(): boolean {
  return 'caches' in globalThis;
}

/** The cache wants an address; this one is never requested. */
function keyOf(path: string): string {
  return new URL(`/last-answers${path}`, window.location.origin).href;
}
