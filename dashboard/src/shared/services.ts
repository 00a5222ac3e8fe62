/** The services that outlive the page's components, created once and provided by context. */
import { type InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Preferences } from '../../../src/contracts/index.js';
import { ApiClient, type TokenSource } from './api/client.js';
import { ApiError } from './api/errors.js';
import { keepFleet } from './api/machines.js';
import { atMostEvery } from './at-most-every.js';
import { LiveConnection, type LiveState } from './live/live-connection.js';
import { MachineStore } from './live/machine-store.js';
import { SampleFeed } from './live/sample-feed.js';
import { PreferenceStore } from './preferences/preference-store.js';
import { Session, type SessionState } from './session.js';
import { showError } from './ui/toasts.js';

/** Everything with which pages reach the server. */
export interface Services {
  session: Session;
  api: ApiClient;
  preferences: PreferenceStore;
  queries: QueryClient;
  store: MachineStore;
  feed: SampleFeed;
  live: LiveConnection;
}

/** A definite refusal is not retried; a server that cannot be reached is. */
function shouldRetry(failures: number, error: unknown): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !refused && failures < 2;
}

/** Alerts often come in bursts: after a burst they are fetched once. */
const ALERTS_MS = 1_000;
/** Several preferences that are set in a row are sent together. */
const PREFERENCES_MS = 300;

/** The queries that a topic of the stream keeps up to date; every one for `null`. */
function queriesOf(topic: string | null): InvalidateQueryFilters {
  if (topic === null) return {};
  return { queryKey: topic === 'all' ? ['machines'] : ['machine', topic] };
}

/** What reaches the server as one caller: a user, or a program's key. */
export type Reach = Pick<Services, 'api' | 'queries' | 'store' | 'feed' | 'live'>;

/** Connects to the server with the tokens of a caller; `joined` is called with each new connection. */
export function reachServer(tokens: TokenSource, joined?: () => void): Reach {
  const api = new ApiClient(tokens);
  const queries = new QueryClient({
    defaultOptions: {
      // The server may be this very machine: whether there is an Internet does not matter.
      mutations: { networkMode: 'always' },
      queries: { networkMode: 'always', retry: shouldRetry, refetchOnWindowFocus: true },
    },
  });
  const store = new MachineStore((flush) => requestAnimationFrame(flush));
  const feed = new SampleFeed();
  const live = new LiveConnection(tokens, {
    samples: (samples) => {
      store.applySamples(samples);
      feed.publish(samples);
    },
    snapshot: (samples) => {
      store.applySnapshot(samples);
      feed.publish(samples);
    },
    machine: (event) => store.applyEvent(event),
    alert: atMostEvery(ALERTS_MS, () => {
      void queries.invalidateQueries({ queryKey: ['alerts'] });
    }),
    joined: (topic) => {
      void queries.invalidateQueries(queriesOf(topic));
      if (topic === null) joined?.();
    },
  });
  return { api, queries, store, feed, live };
}

/** Creates the services of the user and connects them. */
export function createServices(): Services {
  const session = new Session();
  const reach = reachServer(session, () => void preferences.load());
  const preferences = createPreferences(session, reach.api);
  document.addEventListener('visibilitychange', () => {
    // With the values that came live since it was fetched.
    if (document.visibilityState === 'hidden') keepFleet(reach.api, reach.store.current());
  });
  return { session, preferences, ...reach };
}

function createPreferences(session: Session, api: ApiClient): PreferenceStore {
  const preferences = new PreferenceStore({
    routes: {
      load: () => api.request<Preferences>('/auth/preferences'),
      change: (body) => api.request<Preferences>('/auth/preferences', { method: 'PATCH', body }),
    },
    storage: localStorage,
    refused: showError,
    soon: (send) => atMostEvery(PREFERENCES_MS, send),
  });
  session.subscribe(() => {
    const state = session.getState();
    if (state.phase === 'ready') preferences.follow(state.user?.id ?? null);
  });
  window.addEventListener('storage', ({ key }) => preferences.storageChanged(key));
  return preferences;
}

/** Provides the services to the components. */
export const ServicesContext = createContext<Services | null>(null);

/** The services. Throws outside the provider. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices is used outside ServicesContext');
  return services;
}

/** The session; renders again when it changes. */
export function useSession(): SessionState {
  const { session } = useServices();
  return useSyncExternalStore(session.subscribe, session.getState);
}

/** True if the user may change things, not only read them. */
export function useIsAdmin(): boolean {
  const state = useSession();
  return state.phase === 'ready' && state.user?.role === 'admin';
}

/** The state of the live connection; renders again when it changes. */
export function useLiveState(): LiveState {
  const { live } = useServices();
  return useSyncExternalStore(live.subscribeState, live.getState);
}
