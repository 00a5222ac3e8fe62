/** The only file that lists every module. */
import { type DynamicModule, Module } from '@nestjs/common';
import { AlertsModule } from './alerts/alerts.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import { ConfigModule } from './config/config.module.js';
import type { ServerConfig } from './config/server-config.js';
import { DatabaseModule } from './database/database.module.js';
import { DomainEventsModule } from './domain-events/domain-events.module.js';
import { MachinesModule } from './machines/machines.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { SchedulerModule } from './scheduler/scheduler.module.js';
import { StreamModule } from './stream/stream.module.js';
import { WebModule } from './web/web.module.js';

@Module({})
export class AppModule {
  /** The whole server, with its settings. */
  static forRoot(config: ServerConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        CommonModule,
        DomainEventsModule,
        DatabaseModule,
        AuthModule,
        MachinesModule,
        MetricsModule,
        AlertsModule,
        StreamModule,
        ObservabilityModule,
        SchedulerModule,
        WebModule,
      ],
    };
  }
}
