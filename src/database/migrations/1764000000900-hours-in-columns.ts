/** Hours in columns as well; the two tables of hours stay, for plain SQL. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BLOCKS = ['hour_blocks', 'hour_day_blocks'] as const;

export class HoursInColumns1764000000900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.connection.options.type === 'postgres';
    const time = postgres ? 'timestamptz' : 'integer';
    const bytes = postgres ? 'bytea' : 'blob';
    await runner.query(
      `CREATE TABLE hour_head (machine integer NOT NULL, ts ${time} NOT NULL, data ${bytes} NOT NULL, PRIMARY KEY (machine, ts)) ${postgres ? '' : 'WITHOUT ROWID'}`,
    );
    for (const table of BLOCKS) {
      await runner.query(
        `CREATE TABLE ${table} (machine integer NOT NULL, device integer NOT NULL, metric smallint NOT NULL, start ${time} NOT NULL, data ${bytes} NOT NULL, PRIMARY KEY (machine, device, metric, start)) ${postgres ? 'PARTITION BY RANGE (start)' : ''}`,
      );
      if (postgres) {
        await runner.query(`ALTER TABLE ${table} ALTER COLUMN data SET STORAGE EXTERNAL`);
      }
    }
    // Hours are given up in whole blocks of ninety days; a mark inside of one would take all of it.
    await runner.query(
      "UPDATE metric_store_state SET value = value - value % 7776000000 WHERE name = '1h.horizon'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['hour_head', ...BLOCKS]) {
      await runner.query(`DROP TABLE ${table}`);
    }
    // What was converted is converted again by the next version.
    await runner.query(
      "DELETE FROM metric_store_state WHERE name IN ('1h.merged', '1h.converted')",
    );
  }
}
