/** A table whose rows become blocks of labelled lines on a narrow screen. */
import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

/** One column; the first one names the row. */
export interface DataColumn<row> {
  label: string;
  cell: (row: row) => ReactNode;
  align?: 'end';
  /** Buttons and menus: the label is for screen readers alone. */
  actions?: boolean;
}

/** `label` names the table for screen readers. */
export function DataTable<row>(props: {
  label: string;
  columns: readonly DataColumn<row>[];
  rows: readonly row[];
  rowKey: (row: row) => string;
  /** Rows that no longer count, e.g. revoked keys. */
  isDim?: (row: row) => boolean;
}) {
  const { label, columns, rows, rowKey, isDim } = props;
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.label} scope="col" data-align={column.align}>
              {column.actions ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} data-dim={isDim?.(row) || undefined}>
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.label} scope="row">
                  {column.cell(row)}
                </th>
              ) : (
                <td
                  key={column.label}
                  data-label={column.label}
                  data-align={column.align ?? (column.actions ? 'end' : undefined)}
                  data-actions={column.actions}
                >
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
