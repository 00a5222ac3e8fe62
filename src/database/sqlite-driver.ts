/** The SQLite driver that fits the Node this runs on (docs/adr/0011-supported-node-versions.md). */
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

const load = createRequire(import.meta.url);
const major = Number(process.versions.node.split('.')[0]);

/** Opens SQLite files: better-sqlite3 13, and on Node 20, where that crashes, better-sqlite3 12. */
export const Database: typeof BetterSqlite3 = load(
  major < 22 ? 'better-sqlite3-node20' : 'better-sqlite3',
);
