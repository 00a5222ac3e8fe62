/** Presence of machines, and what their agents last said of themselves. */
import { type MigrationInterface, type QueryRunner, Table, TableColumn } from 'typeorm';
import { json, text, time, uuid } from './columns.js';

export class CreateMachineStates1764000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'machine_states',
        columns: [
          { name: 'machine', type: 'integer', isPrimary: true },
          time('last_seen_at'),
          time('latest_at', { isNullable: true }),
          json('latest', { isNullable: true }),
          uuid('writer'),
          time('flushed_at'),
          text('known_status', 10, { isNullable: true }),
        ],
      }),
    );
    await runner.addColumns('machines', [
      new TableColumn(text('reported_name', 200, { isNullable: true })),
      new TableColumn(json('reported_tags', { isNullable: true })),
      new TableColumn(time('changed_at', { default: 0 })),
    ]);
    await runner.dropColumn('machines', 'last_seen_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.addColumn('machines', new TableColumn(time('last_seen_at', { isNullable: true })));
    await runner.dropColumns('machines', ['reported_name', 'reported_tags', 'changed_at']);
    await runner.dropTable('machine_states');
  }
}
