/** The machines as cards, for phones. */
import { memo } from 'react';
import { Link } from 'react-router';
import { formatRate } from '../../../src/contracts/index.js';
import { useListedMachine } from '../shared/live/use-fleet.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { Meter } from '../shared/ui/meter.js';
import { StatusDot } from '../shared/ui/status-dot.js';
import { TagList } from '../shared/ui/tag-list.js';
import classes from './machine-cards.module.css';
import { useWindowRows } from './use-window-rows.js';

/** The height of a card with its margin, as set in the style sheet. */
const CARD_HEIGHT = 138;
const TAGS_SHOWN = 2;

/** `ids` are in the order of the cards; only visible cards are rendered. */
export function MachineCards({ ids }: { ids: readonly string[] }) {
  const { ref, rows, before, after } = useWindowRows<HTMLUListElement>(ids.length, CARD_HEIGHT);
  return (
    <ul ref={ref} className={classes.list} style={{ paddingTop: before, paddingBottom: after }}>
      {rows.map((index) => {
        const id = ids[index];
        return id === undefined ? null : <MachineCard key={id} id={id} />;
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
        <TagList tags={machine.tags} limit={TAGS_SHOWN} />
        <span className={classes.seen}>
          <LastSeen at={machine.last_seen_at} />
        </span>
      </div>
      <dl className={classes.values}>
        <dt>CPU</dt>
        <dd>
          <Meter label="CPU" value={latest?.cpu} />
        </dd>
        <dt>Memory</dt>
        <dd>
          <Meter label="Memory" value={latest?.ram} />
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
