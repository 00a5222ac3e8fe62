/** The store's marks on SQLite: this process is the only writer, so memory and table agree. */
import type Database from 'better-sqlite3';
import {
  initialState,
  STATE_NAMES,
  type StateName,
  type StoreState,
  stateFromRows,
} from '../state.js';

/** Reads the marks once and writes them through. */
export class SqliteState {
  current: StoreState = initialState(0);

  constructor(private readonly connection: Database.Database) {}

  /** Loads the marks, writing the first ones at `now` (epoch milliseconds). */
  open(now: number): void {
    const initial = initialState(now);
    const insert = this.connection.prepare(
      'INSERT INTO metric_store_state (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    for (const name of STATE_NAMES) {
      insert.run(name, initial[name]);
    }
    this.reload();
  }

  /** Moves a mark forward; never back. Call `reload` if the transaction around it fails. */
  advance(name: StateName, value: number): void {
    if (value > this.current[name]) {
      this.connection
        .prepare('UPDATE metric_store_state SET value = ? WHERE name = ?')
        .run(value, name);
      this.current = { ...this.current, [name]: value };
    }
  }

  /** Takes the marks from the table. */
  reload(): void {
    this.current = stateFromRows(
      this.connection
        .prepare<[], { name: string; value: number }>('SELECT name, value FROM metric_store_state')
        .all(),
    );
  }
}
