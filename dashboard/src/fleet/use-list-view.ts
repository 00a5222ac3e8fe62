/** The view of the list: in the page's address, with the user's own columns and default view. */
import { useEffect, useMemo } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { usePreference } from '../shared/preferences/use-preference.js';
import {
  addressOfView,
  COLUMN_KEYS,
  type ColumnKey,
  type ListView,
  newestView,
  viewFromAddress,
} from './list-view.js';
import { areSavedViews, type SavedView, viewOfSaved } from './saved-views.js';

/** State of a history entry that the user has chosen: an empty address then means the plain list. */
export const CHOSEN = { chosen: true } as const;

const NO_VIEWS: readonly SavedView[] = [];

/** The user's saved views, and the name of the one that opens by itself. */
export function useSavedViews() {
  const [views, setViews] = usePreference<readonly SavedView[]>(
    'fleet.views',
    NO_VIEWS,
    areSavedViews,
  );
  const [defaultName, setDefaultName] = usePreference('fleet.default_view', '', isText);
  return { views, setViews, defaultName, setDefaultName };
}

/** The columns that the user has chosen, on every browser; `null` for those that fit. */
export function useOwnColumns() {
  return usePreference<ColumnKey[] | null>('fleet.columns', null, areColumns);
}

/** The view and the function that changes parts of it. */
export function useListView(): [ListView, (change: Partial<ListView>) => void] {
  const { search: drawn, state } = useLocation();
  const [parameters, setParameters] = useSearchParams();
  const { views, defaultName } = useSavedViews();
  const [ownColumns] = useOwnColumns();
  const isPlain = drawn === '' && !isChosen(state);
  const start = isPlain ? views.find(({ name }) => name === defaultName) : undefined;

  const view = useMemo(() => {
    const shown = start === undefined ? viewFromAddress(parameters) : viewOfSaved(start);
    return { ...shown, columns: shown.columns ?? ownColumns };
  }, [parameters, start, ownColumns]);
  const address = addressOfView(view).toString();

  // The address says what is shown, so that somebody who follows it sees the same.
  const isIncomplete = start !== undefined || (view.columns !== null && !parameters.has('columns'));
  useEffect(() => {
    // A newer address is completed once it is drawn.
    if (!isIncomplete || window.location.search !== drawn) return;
    setParameters(address, { replace: true, state: CHOSEN });
  }, [isIncomplete, address, drawn, setParameters]);

  const change = (part: Partial<ListView>) => {
    const newest = newestView(view, drawn, window.location.search);
    setParameters(addressOfView({ ...newest, ...part }), { replace: true, state: CHOSEN });
  };
  return [view, change];
}

function isChosen(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'chosen' in state;
}

function isText(stored: unknown): stored is string {
  return typeof stored === 'string';
}

function areColumns(stored: unknown): stored is ColumnKey[] {
  return (
    Array.isArray(stored) && stored.every((key) => COLUMN_KEYS.some((column) => column === key))
  );
}
