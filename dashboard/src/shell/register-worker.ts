/** Registers the service worker, with which the dashboard opens without the server. */
import { BASE_PATH } from '../shared/base-path.js';

/** Browsers offer service workers on HTTPS and localhost only. */
export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(`${BASE_PATH}/service-worker.js`).catch((cause: unknown) => {
    // Private windows and certificates of one's own refuse it.
    console.info('The dashboard will not open without the server.', cause);
  });
}
