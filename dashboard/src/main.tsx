/** Starts the page. */
import { createRoot } from 'react-dom/client';
import './app/styles.js';
import { App } from './app/app.js';
import { createServices } from './app/services.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');

const services = createServices();
void services.session.start();
createRoot(root).render(<App services={services} />);
