/** The parts of the page that outlive its components, made once and handed down by context. */
import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { ApiClient } from './api/client.js';
import { ApiError } from './api/errors.js';
import { atMostEvery } from './at-most-every.js';
import { LiveConnection, type LiveState } from './live/live-connection.js';
import { MachineStore } from './live/machine-store.js';
import { SampleFeed } from './live/sample-feed.js';
import { Session, type SessionState } from './session.js';

/** Everything that pages reach the server through. */
export interface Services {
  session: Session;
  api: ApiClient;
  queries: QueryClient;
  store: MachineStore;
  feed: SampleFeed;
  live: LiveConnection;
}

/** A definite refusal is not asked again; a server that is away is. */
function shouldRetry(failures: number, error: unknown): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !refused && failures < 2;
}

/** When a rack goes down, its alerts come in a row: they are fetched together. */
const ALERTS_MS = 1_000;

/** Makes the services and ties them together. */
export function createServices(): Services {
  const session = new Session();
  const api = new ApiClient(session);
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: shouldRetry, refetchOnWindowFocus: true } },
  });
  const store = new MachineStore((flush) => requestAnimationFrame(flush));
  const feed = new SampleFeed();
  const live = new LiveConnection(session, {
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
    joined: () => void queries.invalidateQueries(),
  });
  return { session, api, queries, store, feed, live };
}

/** Hands the services to the components. */
export const ServicesContext = createContext<Services | null>(null);

/** The services; throws outside the provider. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices is used outside ServicesContext');
  return services;
}

/** Who is signed in, renewed when that changes. */
export function useSession(): SessionState {
  const { session } = useServices();
  return useSyncExternalStore(session.subscribe, session.getState);
}

/** True if the person may change things, not only read. */
export function useIsAdmin(): boolean {
  const state = useSession();
  return state.phase === 'ready' && state.user?.role === 'admin';
}

/** Whether live values arrive, renewed when that changes. */
export function useLiveState(): LiveState {
  const { live } = useServices();
  return useSyncExternalStore(live.subscribeState, live.getState);
}
