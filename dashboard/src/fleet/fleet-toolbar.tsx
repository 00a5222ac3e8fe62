/** Search and status filters with their counts. */
import { TextInput, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import classes from './fleet-toolbar.module.css';
import type { ListView, StatusCounts, StatusFilter } from './list-view.js';

const FILTERS: readonly { value: StatusFilter; label: string; title: string }[] = [
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
  { value: 'pending', label: 'Pending', title: 'Registered, but nothing received yet' },
];

/** Shown above the list. */
export function FleetToolbar(props: {
  view: ListView;
  counts: StatusCounts;
  onChange: (change: Partial<ListView>) => void;
}) {
  const { view, counts, onChange } = props;
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  return (
    <div className={classes.toolbar}>
      <fieldset className={classes.filters}>
        <legend className={classes.legend}>Status</legend>
        {FILTERS.filter(({ value }) => value !== 'pending' || counts.pending > 0).map(
          ({ value, label, title }) => (
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
          ),
        )}
      </fieldset>
      <TextInput
        ref={search}
        className={classes.search}
        type="search"
        placeholder="Name, tag or system"
        aria-label="Search machines"
        leftSection={<IconSearch size={16} />}
        rightSection={<kbd className={classes.key}>/</kbd>}
        value={view.search}
        onChange={(event) => onChange({ search: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange({ search: '' });
        }}
      />
    </div>
  );
}
