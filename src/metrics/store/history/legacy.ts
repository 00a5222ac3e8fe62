/** The tables of the layout before this one: a row of doubles for each sample and for each minute. */
import type { ColumnTier, LegacyRow, LegacyRows } from './history-storage.js';

/** Their names by tier; hours are the same as ever. */
export const LEGACY_TABLES: Record<ColumnTier, { machine: string; device: string }> = {
  raw: { machine: 'metrics', device: 'device_metrics' },
  '1m': { machine: 'metrics_1m', device: 'device_metrics_1m' },
};

type Row = Record<string, unknown>;

/** Rows as the database returned them, with the epoch milliseconds as `time`. */
export function legacyRowsOf(machine: readonly Row[], devices: readonly Row[]): LegacyRows {
  return {
    machine: machine.map(rowOf),
    devices: devices.map((row) => ({ ...rowOf(row), device: Number(row.device) })),
  };
}

function rowOf(row: Row): LegacyRow {
  const { missing } = row;
  return {
    time: Number(row.time),
    values: row as Record<string, number | null>,
    missing: typeof missing === 'string' ? missing : null,
  };
}
