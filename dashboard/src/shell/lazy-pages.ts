/** Pages in chunks of their own, loaded after the list of machines. */
import { lazy } from 'react';

import { loadFailure } from './load-failure.js';

const machinePage = () => import('../machine/machine-page.js').catch(fail);
const alertPages = () => import('../alerts/alert-pages.js').catch(fail);
const settingsPages = () => import('../settings/settings-pages.js').catch(fail);
const wallPage = () => import('../wall/wall-page.js').catch(fail);
/** Loads the command palette; throws the error to show if that fails. */
export const commandPalette = () => import('./palette/command-palette.js').catch(fail);

function fail(cause: unknown): never {
  throw loadFailure(cause);
}

/** One machine; its chunk includes uPlot. */
export const MachinePage = lazy(async () => ({ default: (await machinePage()).MachinePage }));
/** The layout of the alert pages. */
export const AlertsLayout = lazy(async () => ({ default: (await alertPages()).AlertsLayout }));
/** Current and past alerts. */
export const AlertsPage = lazy(async () => ({ default: (await alertPages()).AlertsPage }));
/** Notification channels. */
export const ChannelsPage = lazy(async () => ({ default: (await alertPages()).ChannelsPage }));
/** Alert rules. */
export const RulesPage = lazy(async () => ({ default: (await alertPages()).RulesPage }));
/** Silences. */
export const SilencesPage = lazy(async () => ({ default: (await alertPages()).SilencesPage }));
/** The settings with their sections. */
export const SettingsPages = lazy(async () => ({ default: (await settingsPages()).SettingsPages }));
/** The whole fleet on one screen. */
export const WallPage = lazy(async () => ({ default: (await wallPage()).WallPage }));

/**
 * Loads the pages in advance: they then open at once, even if the server cannot be reached.
 * Not the settings: they are opened rarely, and are nothing without the server. Nor the wall: who
 * opens it opens nothing else.
 */
export function fetchPages(): void {
  // A page that fails to load is loaded again when it is opened, and shows the error then.
  void Promise.allSettled([machinePage(), alertPages(), commandPalette()]);
}
