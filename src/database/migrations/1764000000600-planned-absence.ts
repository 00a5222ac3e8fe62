/** Goodbyes of agents, and from when on planned absence counts for a rule. */
import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { text } from './columns.js';

/** Tables and their columns that hold a rule as JSON. */
const RULES = [
  ['alert_rules', 'definition'],
  ['alerts', 'rule'],
] as const;

export class PlannedAbsence1764000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'machine_states',
      new TableColumn(text('goodbye', 10, { isNullable: true })),
    );
    for (const [table, column] of RULES) {
      await runner.query(
        isSqlite(runner)
          ? `UPDATE ${table} SET ${column} = json_set(${column},
               '$.stopped_after_seconds', 3600, '$.asleep_after_seconds', NULL)`
          : `UPDATE ${table} SET ${column} = (${column}::jsonb
               || '{"stopped_after_seconds":3600,"asleep_after_seconds":null}')::text`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of RULES) {
      await runner.query(
        isSqlite(runner)
          ? `UPDATE ${table} SET ${column} = json_remove(${column},
               '$.stopped_after_seconds', '$.asleep_after_seconds')`
          : `UPDATE ${table} SET ${column} = (${column}::jsonb
               - 'stopped_after_seconds' - 'asleep_after_seconds')::text`,
      );
    }
    await runner.dropColumn('machine_states', 'goodbye');
  }
}

function isSqlite(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'better-sqlite3';
}
