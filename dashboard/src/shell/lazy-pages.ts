/** The pages that come in files of their own: the list of machines is there before them. */
import { lazy } from 'react';

import { loadFailure } from './load-failure.js';

const machinePage = () => import('../machine/machine-page.js').catch(fail);
const alertPages = () => import('../alerts/alert-pages.js').catch(fail);

function fail(cause: unknown): never {
  throw loadFailure(cause);
}

/** One machine; brings uPlot along. */
export const MachinePage = lazy(async () => ({ default: (await machinePage()).MachinePage }));
/** The frame of the pages on alerts. */
export const AlertsLayout = lazy(async () => ({ default: (await alertPages()).AlertsLayout }));
/** Alerts that fire, and those that did. */
export const AlertsPage = lazy(async () => ({ default: (await alertPages()).AlertsPage }));
/** Where notifications go. */
export const ChannelsPage = lazy(async () => ({ default: (await alertPages()).ChannelsPage }));
/** When an alert fires. */
export const RulesPage = lazy(async () => ({ default: (await alertPages()).RulesPage }));

/** Fetches them beforehand: they open at once, also when the server is away by then. */
export function fetchPages(): void {
  // One that fails is fetched again when it is opened, and tells then.
  void Promise.allSettled([machinePage(), alertPages()]);
}
