/** Preferences in components. */
import { useCallback, useSyncExternalStore } from 'react';
import { useServices } from '../services.js';

/**
 * One of the user's preferences and the function that sets it; `null` sets it back to `fallback`,
 * which also stands in for a stored value that `accepts` refuses. `name` is snake_case, with the
 * folder of its feature in front: `fleet.columns`. Values are JSON; all components that use a name
 * see a change at once, other tabs too.
 */
export function usePreference<value>(
  name: string,
  fallback: value,
  accepts: (stored: unknown) => stored is value,
): [value, (next: value | null) => void] {
  const { preferences } = useServices();
  const stored = useSyncExternalStore(preferences.subscribe, () => preferences.get(name));
  const set = useCallback((next: value | null) => preferences.set(name, next), [preferences, name]);
  return [accepts(stored) ? stored : fallback, set];
}

/** True once the user's preferences are known; renders again when they are. */
export function usePreferencesSettled(): boolean {
  const { preferences } = useServices();
  return useSyncExternalStore(preferences.subscribe, preferences.isSettled);
}
