/** What agents say of their machines' clocks. */
import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

export class AddClockOffsets1764000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'machines',
      new TableColumn({
        name: 'clock_offset_seconds',
        type: 'double precision',
        isNullable: true,
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('machines', 'clock_offset_seconds');
  }
}
