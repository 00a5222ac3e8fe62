/** Silences: when notifications of some alerts are held back. */
import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { json, text, time, uuid } from './columns.js';

export class Silences1764000001100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'silences',
        columns: [
          uuid('id', { isPrimary: true }),
          text('comment', 1_000),
          json('machine_ids'),
          json('tags'),
          json('rule_ids'),
          time('starts_at'),
          time('ends_at', { isNullable: true }),
          json('weekly', { isNullable: true }),
          text('created_by', 254),
          time('created_at'),
          time('updated_at'),
        ],
        indices: [
          new TableIndex({ name: 'silences_created', columnNames: ['created_at', 'id'] }),
          new TableIndex({ name: 'silences_ends_at', columnNames: ['ends_at'] }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('silences');
  }
}
