/** Samples: taking them in, keeping them, answering history. */
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { Clock } from '../common/clock.js';
import { ServerConfig } from '../config/server-config.js';
import { MachinesModule } from '../machines/machines.module.js';
import { AgentRequestsService } from './ingest/agent-requests.service.js';
import { IngestController } from './ingest/ingest.controller.js';
import { IngestService } from './ingest/ingest.service.js';
import { IngestMetricsService } from './ingest/ingest-metrics.service.js';
import { PlainPushService } from './ingest/plain-push.service.js';
import { MaintenanceService } from './maintenance/maintenance.service.js';
import { StorageController } from './maintenance/storage.controller.js';
import { ExportService } from './query/export.service.js';
import { HistoryController } from './query/history.controller.js';
import { QueryService } from './query/query.service.js';
import { createMetricsStore } from './store/create-metrics-store.js';
import { MetricsStore } from './store/metrics-store.js';
import { RefusedDevicesService } from './store/refused-devices.service.js';

@Module({
  imports: [AuthModule, MachinesModule],
  controllers: [IngestController, HistoryController, StorageController],
  providers: [
    {
      provide: MetricsStore,
      // The data source is asked for so that the schema is up to date before the store opens.
      inject: [ServerConfig, Clock, RefusedDevicesService, DataSource],
      useFactory: async (config: ServerConfig, clock: Clock, refused: RefusedDevicesService) => {
        const store = createMetricsStore(config.database, () => clock.now(), refused);
        await store.open();
        return store;
      },
    },
    RefusedDevicesService,
    IngestMetricsService,
    IngestService,
    PlainPushService,
    AgentRequestsService,
    QueryService,
    ExportService,
    MaintenanceService,
  ],
  exports: [
    MetricsStore,
    IngestService,
    PlainPushService,
    AgentRequestsService,
    QueryService,
    MaintenanceService,
  ],
})
export class MetricsModule {}
