/** Many rows as a table that one statement can read, for bulk updates. */
import type { DataSourceOptions } from 'typeorm';

/**
 * The body of a `WITH` clause that names `rows` as a table with the columns of `columns` (name: SQL
 * type), and its parameters. Both databases take `WITH next (a, b) AS (VALUES (…)) UPDATE … FROM next`.
 */
export function valuesTable<Column extends string>(
  table: string,
  columns: Readonly<Record<Column, string>>,
  rows: readonly Readonly<Record<Column, unknown>>[],
  database: DataSourceOptions['type'],
): { sql: string; parameters: unknown[] } {
  const types = Object.entries<string>(columns) as [Column, string][];
  const parameters: unknown[] = [];
  const tuples = rows.map((row) => {
    const cells = types.map(([column, type]) => {
      parameters.push(row[column]);
      return `CAST(${database === 'postgres' ? `$${parameters.length}` : '?'} AS ${type})`;
    });
    return `(${cells.join(', ')})`;
  });
  const names = types.map(([column]) => `"${column}"`).join(', ');
  return { sql: `${table} (${names}) AS (VALUES ${tuples.join(', ')})`, parameters };
}
