/** The server's own metrics store in this process, on a database with an up-to-date schema. */
import { dataSourceOptions } from '../../dist/database/data-source-options.js';
import { openDatabase } from '../../dist/database/open-database.js';
import { createMetricsStore } from '../../dist/metrics/store/create-metrics-store.js';
import { RefusedDevicesService } from '../../dist/metrics/store/refused-devices.service.js';

/** Opens the store, with the clock `now`, and `anew` as if nothing were stored yet; `close` closes it and the control plane's connection. */
export async function openStore(database, { now = () => Date.now(), anew = false } = {}) {
  const dataSource = await openDatabase(dataSourceOptions(database));
  if (anew) await dataSource.query('DELETE FROM metric_store_state');
  const store = createMetricsStore(database, now, new RefusedDevicesService());
  await store.open();
  return {
    store,
    dataSource,
    async close() {
      await store.close();
      await dataSource.destroy();
    },
  };
}
