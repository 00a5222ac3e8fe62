/** Which replicas there are, and what they say of themselves. */
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { json, time, uuid } from './columns.js';

export class Replicas1764000001200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'replicas',
        columns: [uuid('id', { isPrimary: true }), time('seen_at'), json('report')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('replicas');
  }
}
