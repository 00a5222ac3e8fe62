/** Column definitions for migrations that mean the same on SQLite and PostgreSQL. */
import type { TableColumnOptions } from 'typeorm';

/** A column of text up to `length` characters. */
export function text(name: string, length: number, more: Partial<TableColumnOptions> = {}) {
  return { name, type: 'varchar', length: String(length), ...more } satisfies TableColumnOptions;
}

/** A public identifier. */
export function uuid(name: string, more: Partial<TableColumnOptions> = {}) {
  return text(name, 36, more);
}

/** A point in time in epoch milliseconds. */
export function time(name: string, more: Partial<TableColumnOptions> = {}) {
  return { name, type: 'bigint', ...more } satisfies TableColumnOptions;
}

/** A value kept as JSON text. */
export function json(name: string, more: Partial<TableColumnOptions> = {}) {
  return { name, type: 'text', ...more } satisfies TableColumnOptions;
}
