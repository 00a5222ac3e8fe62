/** Waits for a machine that is being added. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useServices } from '../shared/services.js';
import { showSuccess } from '../shared/ui/toasts.js';

/** Starts and stops the waiting. */
export interface Arrival {
  start: () => void;
  stop: () => void;
}

/**
 * Opens the page of the first machine that was not known when the waiting started, once a sample of
 * it has arrived.
 */
export function useArrival(): Arrival {
  const { store } = useServices();
  const navigate = useNavigate();
  const [waiting, setWaiting] = useState(false);
  const known = useRef(new Set<string>());
  const start = useCallback(() => {
    known.current = new Set(
      store.current().flatMap(({ machine_id, latest }) => (latest === null ? [] : [machine_id])),
    );
    setWaiting(true);
  }, [store]);
  const stop = useCallback(() => setWaiting(false), []);

  useEffect(() => {
    if (!waiting) return undefined;
    return store.subscribeList(() => {
      const arrived = store
        .current()
        .find(({ machine_id, latest }) => latest !== null && !known.current.has(machine_id));
      if (arrived === undefined) return;
      setWaiting(false);
      showSuccess(`${arrived.machine_name} is connected`);
      void navigate(`/machines/${arrived.machine_id}`);
    });
  }, [store, waiting, navigate]);
  return { start, stop };
}
