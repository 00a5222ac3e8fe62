/** The server's own metrics store in this process, on a database with an up-to-date schema. */
import { dataSourceOptions } from '../../dist/database/data-source-options.js';
import { openDatabase } from '../../dist/database/open-database.js';
import { createMetricsStore } from '../../dist/metrics/store/create-metrics-store.js';
import { RefusedDevicesService } from '../../dist/metrics/store/refused-devices.service.js';

/** Opens the store; `close` closes it and the control plane's connection. */
export async function openStore(database) {
  const dataSource = await openDatabase(dataSourceOptions(database));
  const store = createMetricsStore(database, () => Date.now(), new RefusedDevicesService());
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
