/** Starts the dashboard. */
import { createRoot } from 'react-dom/client';
import './shell/styles.js';
import { BASE_PATH } from './shared/base-path.js';
import { createServices } from './shared/services.js';
import { App } from './shell/app.js';
import { repairLanguage } from './shell/browser-language.js';
import { registerWorker } from './shell/register-worker.js';

repairLanguage(navigator);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');

if (`${location.pathname}/`.startsWith(`${BASE_PATH}/`)) {
  const services = createServices();
  void services.session.start();
  createRoot(root).render(<App services={services} />);
  registerWorker();
} else {
  // The page was opened at the server's own port, bypassing the proxy that adds the base path.
  location.replace(`${BASE_PATH}${location.pathname}${location.search}${location.hash}`);
}
