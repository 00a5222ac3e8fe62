/** Where the database is, in words that anyone may read. */
import type { DatabaseConfig } from '../config/server-config.js';

/** The file, or host, port and name, without user, password and other parameters. */
export function databaseAddress(database: DatabaseConfig): string {
  if (database.dialect === 'sqlite') {
    return database.file;
  }
  if (!URL.canParse(database.url)) {
    return 'a PostgreSQL server';
  }
  const { host, pathname, searchParams } = new URL(database.url);
  return `${host || searchParams.get('host') || 'local socket'}${decodeURI(pathname)}`;
}
