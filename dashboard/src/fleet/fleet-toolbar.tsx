/** Search and status filters with their counts, groups, columns and saved views. */
import { NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import classes from './fleet-toolbar.module.css';
import {
  GROUPINGS,
  type Grouping,
  type ListView,
  type StatusCounts,
  type StatusFilter,
} from './list-view.js';
import { useAhead } from './use-ahead.js';

/** A `rare` filter is shown only while machines match or it is in force. */
const FILTERS: readonly { value: StatusFilter; label: string; title: string; rare?: true }[] = [
  { value: 'all', label: 'All', title: 'All machines' },
  { value: 'online', label: 'Online', title: 'Machines that report' },
  { value: 'offline', label: 'Offline', title: 'Machines that have stopped reporting' },
  {
    value: 'stopped',
    label: 'Stopped',
    title: 'Machines that were shut down or whose agent was stopped',
  },
  { value: 'asleep', label: 'Asleep', title: 'Machines that went to sleep' },
  { value: 'hot', label: 'Hot', title: 'CPU, memory or disk at 90% or more' },
  { value: 'pending', label: 'Pending', title: 'Registered, but nothing received yet', rare: true },
];

/** Filters without a place of their own: the summary leads to them. */
const OTHER_FILTERS: Partial<Record<StatusFilter, string>> = {
  conflict: 'Two agents',
  late: 'Late',
  clock: 'Wrong clock',
  outdated: 'Old agent',
};

const GROUPING_LABELS: Record<Grouping, string> = {
  none: 'No groups',
  tag: 'By tag',
  system: 'By system',
};

/** Shown above the list; `children` are its menus. */
export function FleetToolbar(props: {
  view: ListView;
  counts: StatusCounts;
  onChange: (change: Partial<ListView>) => void;
  children: ReactNode;
}) {
  const { view, counts, onChange, children } = props;
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  const [words, setWords] = useAhead(view.search);
  const look = (text: string) => {
    setWords(text);
    onChange({ search: text });
  };
  const other = OTHER_FILTERS[view.status];
  const filters = FILTERS.filter(
    ({ value, rare }) => !rare || counts[value] > 0 || view.status === value,
  );
  return (
    <div className={classes.toolbar}>
      <fieldset className={classes.filters}>
        <legend className={classes.legend}>Status</legend>
        {[
          ...filters,
          ...(other === undefined ? [] : [{ value: view.status, label: other, title: other }]),
        ].map(({ value, label, title }) => (
          <UnstyledButton
            key={value}
            className={classes.filter}
            data-kind={value}
            data-alarm={counts[value] > 0 || undefined}
            aria-pressed={view.status === value}
            title={title}
            onClick={() => onChange({ status: view.status === value ? 'all' : value })}
          >
            <span className={classes.count}>{counts[value]}</span>
            <span>{label}</span>
          </UnstyledButton>
        ))}
      </fieldset>
      <div className={classes.shape}>
        <TextInput
          ref={search}
          className={classes.search}
          type="search"
          placeholder="Name, tag or system"
          aria-label="Search machines"
          leftSection={<IconSearch size={16} />}
          rightSection={<kbd className={classes.key}>/</kbd>}
          value={words}
          onChange={(event) => look(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') look('');
          }}
        />
        <NativeSelect
          className={classes.group}
          aria-label="Groups"
          data={GROUPINGS.map((value) => ({ value, label: GROUPING_LABELS[value] }))}
          value={view.group}
          onChange={(event) => {
            const { value } = event.currentTarget;
            onChange({ group: GROUPINGS.find((name) => name === value) ?? 'none' });
          }}
        />
        {children}
      </div>
    </div>
  );
}
