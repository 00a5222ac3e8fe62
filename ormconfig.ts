/**
 * The data source of TypeORM's own command line, by the same settings as the server:
 * `npm run typeorm -- migration:show`. The commands of docs/migrations.md need no more than npm.
 */
import { DataSource } from 'typeorm';
import { readServerConfig } from './src/config/server-config.js';
import { dataSourceOptions } from './src/database/data-source-options.js';

export default new DataSource(dataSourceOptions(readServerConfig(process.env).database));
