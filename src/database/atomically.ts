/** Several statements as one transaction, on either database. */
import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';

/** What TypeORM's query builders offer: their statement, instead of running it. */
export interface PreparedStatement {
  getQueryAndParameters(): [string, unknown[]];
}

/**
 * Runs all statements or none, in order. On SQLite every TypeORM statement shares one connection,
 * so a transaction that waits between statements would swallow those of other requests: this runs
 * them without a pause. For the same reason `repository.save()` is not used in this project.
 * Nothing is kept if `signal` is aborted before the commit; then it rejects with the signal's reason.
 */
export async function atomically(
  dataSource: DataSource,
  statements: readonly PreparedStatement[],
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const queries = statements.map((statement) => statement.getQueryAndParameters());
  if (dataSource.options.type !== 'better-sqlite3') {
    await dataSource.transaction(async (manager) => {
      for (const [sql, parameters] of queries) {
        await manager.query(sql, parameters);
        signal?.throwIfAborted();
      }
    });
    return;
  }
  const connection = (
    dataSource.driver as unknown as { databaseConnection: BetterSqlite3.Database }
  ).databaseConnection;
  connection
    .transaction(() => {
      for (const [sql, parameters] of queries) {
        const bound = parameters.map((value) =>
          typeof value === 'boolean' ? Number(value) : value,
        );
        connection.prepare(sql).run(...bound);
      }
    })
    .immediate();
}
