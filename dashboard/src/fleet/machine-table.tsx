/** The machines as a table that renders only the visible rows. */
import { UnstyledButton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useServices } from '../shared/services.js';
import { automaticColumns, columnsOf, columnWidth, neededWidth } from './columns.js';
import { GroupHead } from './group-head.js';
import { idsOf, type ListLine } from './groups.js';
import { type ListView, nextSort, type SortKey } from './list-view.js';
import { MachineRow } from './machine-row.js';
import classes from './machine-table.module.css';
import { useSparklinesInSight } from './use-sparklines.js';
import { useWindowRows } from './use-window-rows.js';

const ROW_HEIGHT = 41;
const rowHeight = () => ROW_HEIGHT;

/** `lines` are in the order of the rows; a click on a header cell sorts by its column. */
export function MachineTable(props: {
  lines: readonly ListLine[];
  total: number;
  view: ListView;
  onChange: (change: Partial<ListView>) => void;
  onFold: (key: string, folded: boolean) => void;
}) {
  const { lines, total, view, onChange, onFold } = props;
  const { store } = useServices();
  const { ref: sizeRef, width } = useElementSize();
  const {
    ref: rowsRef,
    rows,
    before,
    after,
  } = useWindowRows<HTMLTableSectionElement>(lines.length, rowHeight);
  // Compared by their names, so that rows do not render again when the same columns are found.
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines say when to look at the store again
  const keys = useMemo(
    () => (view.columns ?? automaticColumns(width, store.current())).join(),
    [view.columns, width, store, lines],
  );
  const columns = useMemo(() => columnsOf(keys.split(',')), [keys]);
  const minWidth = view.columns === null ? 0 : neededWidth(columns, width);
  const shown = rows.flatMap((index) => lines[index] ?? []);
  useSparklinesInSight(idsOf(shown), total);

  const header = (key: SortKey, label: string, align: 'left' | 'right', title?: string) => {
    const active = view.sort === key;
    const Chevron = view.descending ? IconChevronDown : IconChevronUp;
    return (
      <th
        key={key}
        scope="col"
        data-align={align}
        aria-sort={active ? (view.descending ? 'descending' : 'ascending') : undefined}
      >
        <UnstyledButton
          className={classes.sort}
          data-active={active || undefined}
          title={title}
          aria-label={title}
          onClick={() => onChange(nextSort(view, key))}
        >
          {label}
          {active && <Chevron size={14} />}
        </UnstyledButton>
      </th>
    );
  };

  return (
    <div
      ref={sizeRef}
      className={`panel ${classes.frame}`}
      data-scrolls={minWidth > width || undefined}
    >
      <table className={classes.table} style={{ minWidth }} aria-rowcount={lines.length + 1}>
        <colgroup>
          <col style={{ width: 34 }} />
          <col />
          {columns.map((column) => (
            <col key={column.key} style={{ width: columnWidth(column, width) }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {header('attention', '!', 'left', 'What needs attention first')}
            {header('name', 'Name', 'left')}
            {columns.map(({ key, label, align }) => header(key, label, align))}
          </tr>
        </thead>
        <tbody ref={rowsRef}>
          {before > 0 && <tr style={{ height: before }} />}
          {rows.map((index) => {
            const line = lines[index];
            if (line === undefined) return null;
            if (line.kind === 'machine') {
              return <MachineRow key={line.key} id={line.id} index={index} columns={columns} />;
            }
            return (
              <tr key={line.key} aria-rowindex={index + 2}>
                <th scope="rowgroup" colSpan={columns.length + 2} className={classes.group}>
                  <GroupHead group={line.group} folded={line.folded} onFold={onFold} />
                </th>
              </tr>
            );
          })}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}
