/** The database connection of the control plane. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServerConfig } from '../config/server-config.js';
import { dataSourceOptions } from './data-source-options.js';
import { openDatabase } from './open-database.js';
import { SqliteLock } from './sqlite-lock.js';

@Module({ providers: [SqliteLock], exports: [SqliteLock] })
class SqliteLockModule {}

/** Opens the database before any module that needs it, and closes it after all of them. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      imports: [SqliteLockModule],
      inject: [ServerConfig, SqliteLock],
      useFactory: (config: ServerConfig, lock: SqliteLock) => {
        if (config.database.dialect === 'sqlite') {
          lock.take(config.database.file);
        }
        return { ...dataSourceOptions(config.database), autoLoadEntities: true, retryAttempts: 0 };
      },
      dataSourceFactory: async (options) => {
        if (!options) {
          throw new Error('no database options');
        }
        return openDatabase(options);
      },
    }),
  ],
})
export class DatabaseModule {}
