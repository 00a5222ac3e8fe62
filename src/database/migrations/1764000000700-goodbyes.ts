/** History of the goodbyes of agents, for rules that are tried on the past. */
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { text, time } from './columns.js';

export class Goodbyes1764000000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'machine_goodbyes',
        columns: [
          { name: 'machine', type: 'integer', isPrimary: true },
          time('received_at', { isPrimary: true }),
          text('reason', 10),
        ],
        indices: [{ columnNames: ['received_at'], name: 'machine_goodbyes_received_at' }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('machine_goodbyes');
  }
}
