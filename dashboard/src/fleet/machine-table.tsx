/** The machines as a table that renders only the visible rows. */
import { UnstyledButton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useServices } from '../shared/services.js';
import { columnsFor, columnWidth } from './columns.js';
import { type ListView, nextSort, type SortKey } from './list-view.js';
import { MachineRow } from './machine-row.js';
import classes from './machine-table.module.css';
import { useWindowRows } from './use-window-rows.js';

const ROW_HEIGHT = 41;

/** `ids` are in the order of the rows; a click on a header cell sorts by its column. */
export function MachineTable(props: {
  ids: readonly string[];
  view: ListView;
  onChange: (change: Partial<ListView>) => void;
}) {
  const { ids, view, onChange } = props;
  const { store } = useServices();
  const { ref: sizeRef, width } = useElementSize();
  const {
    ref: rowsRef,
    rows,
    before,
    after,
  } = useWindowRows<HTMLTableSectionElement>(ids.length, ROW_HEIGHT);
  // biome-ignore lint/correctness/useExhaustiveDependencies: ids say when to look at the store again
  const columns = useMemo(() => columnsFor(width, store.current()), [width, store, ids]);

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
    <div ref={sizeRef} className={`panel ${classes.frame}`}>
      <table className={classes.table} aria-rowcount={ids.length + 1}>
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
            const id = ids[index];
            return id === undefined ? null : (
              <MachineRow key={id} id={id} index={index} columns={columns} />
            );
          })}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}
