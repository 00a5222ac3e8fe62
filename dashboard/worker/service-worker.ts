/**
 * The service worker: keeps the dashboard's own files, so that it opens without the server and can
 * be installed. It never answers for the API; src/shared/api/last-answers.ts keeps what is shown
 * then.
 */
export {};

declare const self: ServiceWorkerGlobalScope;

/** Addresses of the built files relative to the base path, as JSON; written by the build. */
const FILES = JSON.parse('__FILES__') as string[];

const BASE = new URL('./', self.location.href);
/** Several servers may share an origin, each under a path of its own. */
const CACHE_PREFIX = `procspy-files:${BASE.pathname}:`;
/** Files carry a hash of their content in their names: other files are another version. */
const CACHE_NAME = `${CACHE_PREFIX}${FILES.join()}`;

/** Addresses below the base path that are no page of the dashboard. */
const NOT_PAGES = /^(api|agent|assets|docs|health|metrics|socket\.io)(\/|$)/;

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(BASE.href)) return;
  const path = url.pathname.slice(BASE.pathname.length);
  if (request.mode === 'navigate') {
    if (!NOT_PAGES.test(path)) event.respondWith(page(request));
  } else if (path.startsWith('assets/')) {
    event.respondWith(file(request));
  }
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  await cache.addAll(['./', ...FILES].map((path) => new URL(path, BASE).href));
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_PREFIX) && name !== CACHE_NAME) await caches.delete(name);
  }
  await self.clients.claim();
}

/** A host that is switched off answers nothing at all, for minutes. */
const PATIENCE_MS = 4_000;

/** The page from the server; the kept one if nothing answers soon but perhaps a proxy. */
async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE_NAME)).match(BASE.href);
  if (kept === undefined) return fetch(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status < 502 ? answer : kept;
  } catch {
    // It opens with what was known, and says that the server cannot be reached.
    return kept;
  }
}

/** A file never changes under its name. */
async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE_NAME);
  return (await cache.match(request)) ?? fetch(request);
}
