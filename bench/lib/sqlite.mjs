/** The same SQLite driver as the server's: src/database/sqlite-driver.ts. */
import { createRequire } from 'node:module';

const major = Number(process.versions.node.split('.')[0]);

export const Database = createRequire(import.meta.url)(
  major < 22 ? 'better-sqlite3-node20' : 'better-sqlite3',
);
