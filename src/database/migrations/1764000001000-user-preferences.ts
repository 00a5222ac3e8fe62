/** What people set for themselves on the dashboard. */
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { json, text, uuid } from './columns.js';

export class UserPreferences1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'user_preferences',
        columns: [
          uuid('user_id', { isPrimary: true }),
          text('name', 64, { isPrimary: true }),
          json('value'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('user_preferences');
  }
}
