/** Column types that mean the same on SQLite and PostgreSQL, for entities. */
import type { ColumnOptions, ValueTransformer } from 'typeorm';

const bigintAsNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** A public identifier: uuid in text. */
export const uuidColumn = { type: 'varchar', length: 36 } satisfies ColumnOptions;

/** A point in time in epoch milliseconds. */
export const timeColumn = {
  type: 'bigint',
  transformer: bigintAsNumber,
} satisfies ColumnOptions;

/** A point in time that may not have come. */
export const optionalTimeColumn = {
  ...timeColumn,
  nullable: true,
} satisfies ColumnOptions;

/** A small value kept as JSON text. */
export const jsonColumn = { type: 'simple-json' } satisfies ColumnOptions;
