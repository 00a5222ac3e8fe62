/** Starts the page. */
import { createRoot } from 'react-dom/client';
import './app/styles.js';
import { App } from './app/app.js';
import { BASE_PATH } from './app/base-path.js';
import { repairLanguage } from './app/browser-language.js';
import { createServices } from './app/services.js';

repairLanguage(navigator);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');

if (`${location.pathname}/`.startsWith(`${BASE_PATH}/`)) {
  const services = createServices();
  void services.session.start();
  createRoot(root).render(<App services={services} />);
} else {
  // Opened at the server's own port, past the proxy that serves it under the path.
  location.replace(`${BASE_PATH}${location.pathname}${location.search}`);
}
