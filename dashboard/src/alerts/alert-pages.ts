/** The alert pages, in one chunk. */
export { AlertsLayout } from './alerts-layout.js';
export { AlertsPage } from './alerts-page.js';
export { ChannelsPage } from './channels-page.js';
export { RulesPage } from './rules-page.js';
export { SilencesPage } from './silences-page.js';
