/** Views of the list that a user has named. Pure functions. */
import { addressOfView, type ListView, viewFromAddress } from './list-view.js';

/** A view under a name, as it is kept in the preferences. */
export interface SavedView {
  name: string;
  /** The query of the page's address, without its question mark. */
  address: string;
}

/** Bounds of what is kept. */
export const SAVED_VIEW_LIMITS = { views: 40, nameLength: 60 } as const;

/** True if a stored preference is a list of views. */
export function areSavedViews(stored: unknown): stored is readonly SavedView[] {
  return Array.isArray(stored) && stored.every(isSavedView);
}

function isSavedView(stored: unknown): stored is SavedView {
  if (typeof stored !== 'object' || stored === null) return false;
  const { name, address } = stored as Partial<SavedView>;
  return typeof name === 'string' && typeof address === 'string';
}

/** The list with the view under that name, which replaces one of the same name. */
export function withView(views: readonly SavedView[], name: string, view: ListView): SavedView[] {
  const saved = { name, address: addressOfView(view).toString() };
  return views.some((other) => other.name === name)
    ? views.map((other) => (other.name === name ? saved : other))
    : [...views, saved];
}

/** The list with a view under another name. */
export function renamed(views: readonly SavedView[], name: string, to: string): SavedView[] {
  return views.map((view) => (view.name === name ? { ...view, name: to } : view));
}

/** The saved view that shows the same as `view`. */
export function savedAs(views: readonly SavedView[], view: ListView): SavedView | undefined {
  const address = addressOfView(view).toString();
  return views.find((saved) => addressOfView(viewOfSaved(saved)).toString() === address);
}

/** The view that was saved. */
export function viewOfSaved({ address }: SavedView): ListView {
  return viewFromAddress(new URLSearchParams(address));
}

/** The views with keys for a list: a new name keeps the key, and two views may show the same. */
export function keyed(views: readonly SavedView[]): { key: string; view: SavedView }[] {
  return views.map((view, index) => {
    const before = views.slice(0, index).filter(({ address }) => address === view.address);
    return { key: `${before.length} ${view.address}`, view };
  });
}

/** What is wrong with a name for a view; `null` if nothing is. */
export function nameFault(name: string, taken: readonly string[]): string | null {
  if (name === '') return 'Give the view a name';
  if (name.length > SAVED_VIEW_LIMITS.nameLength) {
    return `Use at most ${SAVED_VIEW_LIMITS.nameLength} characters`;
  }
  return taken.includes(name) ? 'Another view has this name' : null;
}
