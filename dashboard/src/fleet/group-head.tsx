/** The head of a group in the list: its name, how its machines are, and the switch that folds it. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import classes from './group-head.module.css';
import type { MachineGroup } from './groups.js';
import type { StatusFilter } from './list-view.js';

/** What is counted beside the number of machines, in this order. */
const COUNTED: readonly { name: StatusFilter; word: string }[] = [
  { name: 'offline', word: 'offline' },
  { name: 'hot', word: 'hot' },
  { name: 'late', word: 'late' },
  { name: 'stopped', word: 'stopped' },
  { name: 'asleep', word: 'asleep' },
  { name: 'pending', word: 'pending' },
];

/** A click folds or unfolds the group. */
export function GroupHead(props: {
  group: MachineGroup;
  folded: boolean;
  onFold: (key: string, folded: boolean) => void;
}) {
  const { group, folded, onFold } = props;
  const { all, online } = group.counts;
  const Chevron = folded ? IconChevronRight : IconChevronDown;
  return (
    <UnstyledButton
      className={classes.head}
      aria-expanded={!folded}
      onClick={() => onFold(group.key, !folded)}
    >
      <Chevron size={15} aria-hidden="true" />
      <span className={classes.label}>{group.label}</span>
      <span className={classes.total}>
        {online === all ? `${all} online` : `${online} of ${all} online`}
      </span>
      {COUNTED.filter(({ name }) => group.counts[name] > 0).map(({ name, word }) => (
        <span key={name} className={classes.count} data-kind={name}>
          {group.counts[name]} {word}
        </span>
      ))}
    </UnstyledButton>
  );
}
