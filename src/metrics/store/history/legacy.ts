/** Tables with a row of doubles for each sample, minute and hour: what history was kept in before columns. */
import type { Tier } from '../../../contracts/index.js';
import type { LegacyRow, LegacyRows } from './history-storage.js';

/** Their names by tier. Those of hours stay, for plain SQL. */
export const LEGACY_TABLES: Record<Tier, { machine: string; device: string }> = {
  raw: { machine: 'metrics', device: 'device_metrics' },
  '1m': { machine: 'metrics_1m', device: 'device_metrics_1m' },
  '1h': { machine: 'metrics_1h', device: 'device_metrics_1h' },
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
