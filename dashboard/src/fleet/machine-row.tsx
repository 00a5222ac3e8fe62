/** One machine in the table; renders again only when this machine changes. */
import { memo } from 'react';
import { Link } from 'react-router';
import { useListedMachine } from '../shared/live/use-fleet.js';
import { StatusDot } from '../shared/ui/status-dot.js';
import { TagList } from '../shared/ui/tag-list.js';
import type { Column } from './columns.js';
import { MachineNotes } from './machine-notes.js';
import classes from './machine-table.module.css';

const TAGS_SHOWN = 3;

/** The whole row links to the machine's page. */
export const MachineRow = memo(function MachineRow(props: {
  id: string;
  index: number;
  columns: readonly Column[];
}) {
  const { id, index, columns } = props;
  const machine = useListedMachine(id);
  if (machine === undefined) return null;
  const hasTagColumn = columns.some(({ key }) => key === 'tags');
  return (
    <tr className={classes.row} data-status={machine.status} aria-rowindex={index + 2}>
      <td>
        <StatusDot status={machine.status} />
      </td>
      <td>
        <span className={classes.name}>
          <Link to={`/machines/${id}`} className={classes.link} title={machine.machine_name}>
            {machine.machine_name}
          </Link>
          <MachineNotes machine={machine} />
          {!hasTagColumn && <TagList tags={machine.tags} limit={TAGS_SHOWN} />}
        </span>
      </td>
      {columns.map(({ key, align, cell }) => (
        <td key={key} data-align={align} data-column={key}>
          {cell(machine)}
        </td>
      ))}
    </tr>
  );
});
