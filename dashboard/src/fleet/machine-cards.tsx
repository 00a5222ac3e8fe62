/** The machines as cards, for phones. */
import { memo, useCallback } from 'react';
import { Link } from 'react-router';
import { formatRate } from '../../../src/contracts/index.js';
import { useListedMachine } from '../shared/live/use-fleet.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { Meter } from '../shared/ui/meter.js';
import { StatusDot } from '../shared/ui/status-dot.js';
import { TagList } from '../shared/ui/tag-list.js';
import { GroupHead } from './group-head.js';
import { idsOf, type ListLine } from './groups.js';
import classes from './machine-cards.module.css';
import { MachineNotes } from './machine-notes.js';
import { Sparkline } from './sparkline.js';
import { useSparklinesInSight } from './use-sparklines.js';
import { useWindowRows } from './use-window-rows.js';

/** The heights of a card and of a group's head with their margins, as set in the style sheet. */
const HEIGHTS = { machine: 150, group: 48 } as const;
const TAGS_SHOWN = 2;

/** `lines` are in the order of the cards; only visible cards are rendered. */
export function MachineCards(props: {
  lines: readonly ListLine[];
  total: number;
  onFold: (key: string, folded: boolean) => void;
}) {
  const { lines, total, onFold } = props;
  const heights = useCallback((index: number) => HEIGHTS[lines[index]?.kind ?? 'machine'], [lines]);
  const { ref, rows, before, after } = useWindowRows<HTMLUListElement>(lines.length, heights);
  useSparklinesInSight(idsOf(rows.flatMap((index) => lines[index] ?? [])), total);
  return (
    <ul ref={ref} className={classes.list} style={{ paddingTop: before, paddingBottom: after }}>
      {rows.map((index) => {
        const line = lines[index];
        if (line === undefined) return null;
        if (line.kind === 'machine') return <MachineCard key={line.key} id={line.id} />;
        return (
          <li key={line.key} className={classes.group}>
            <GroupHead group={line.group} folded={line.folded} onFold={onFold} />
          </li>
        );
      })}
    </ul>
  );
}

const MachineCard = memo(function MachineCard({ id }: { id: string }) {
  const machine = useListedMachine(id);
  if (machine === undefined) return null;
  const { latest } = machine;
  return (
    <li className={`panel ${classes.card}`} data-status={machine.status}>
      <div className={classes.head}>
        <StatusDot status={machine.status} />
        <Link to={`/machines/${id}`} className={classes.link}>
          {machine.machine_name}
        </Link>
        <MachineNotes machine={machine} />
        <TagList tags={machine.tags} limit={TAGS_SHOWN} />
        <span className={classes.seen}>
          <LastSeen at={machine.last_seen_at} />
        </span>
      </div>
      <dl className={classes.values}>
        <dt>CPU</dt>
        <dd>
          <Meter label="CPU" value={latest?.cpu} history={<Sparkline id={id} metric="cpu" />} />
        </dd>
        <dt>Memory</dt>
        <dd>
          <Meter label="Memory" value={latest?.ram} history={<Sparkline id={id} metric="ram" />} />
        </dd>
        <dt>Disk</dt>
        <dd>
          <Meter label="Disk" value={latest?.disk} />
        </dd>
        <dt>Net</dt>
        <dd className={classes.net}>
          <span>{formatRate(latest?.network_in)} in</span>
          <span>{formatRate(latest?.network_out)} out</span>
        </dd>
      </dl>
    </li>
  );
});
