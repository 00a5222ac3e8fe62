/** Since when the page is cut off from the server. */
import { useLiveState, useServices, useSession } from '../services.js';

/**
 * The moment up to which the page knows the machines, in epoch milliseconds: when it lost its live
 * connection, was opened without one, or was opened offline with what was known earlier. `null`
 * while it is connected.
 */
export function useCutOffAt(): number | null {
  const { live } = useServices();
  const state = useLiveState();
  const session = useSession();
  if (state === 'live') return null;
  const knownAt = session.phase === 'ready' ? session.knownAt : null;
  return knownAt ?? live.lastLiveAt();
}
