/** Provides the validated settings everywhere. */
import { type DynamicModule, Module } from '@nestjs/common';
import { ServerConfig } from './server-config.js';

/** Makes one ServerConfig injectable in every module. */
@Module({})
export class ConfigModule {
  /** `config` is read by main, before Nest starts, so that a fault stops the start at once. */
  static forRoot(config: ServerConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: ServerConfig, useValue: config }],
      exports: [ServerConfig],
    };
  }
}
