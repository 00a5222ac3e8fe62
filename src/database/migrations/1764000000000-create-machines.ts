/** The registry of machines. */
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { json, text, time, uuid } from './columns.js';

export class CreateMachines1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'machines',
        columns: [
          {
            name: 'key',
            type: 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
          },
          uuid('machine_id', { isUnique: true }),
          text('identity', 200, { isUnique: true }),
          text('machine_name', 200),
          text('os', 200),
          text('agent_version', 50),
          json('tags'),
          json('host'),
          { name: 'interval_seconds', type: 'double precision' },
          time('registered_at'),
          time('last_seen_at', { isNullable: true }),
          time('identity_conflict_at', { isNullable: true }),
          time('deleted_at', { isNullable: true }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('machines');
  }
}
