/** One line that answers whether all is well. */
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useFiringAlerts } from '../shared/live/use-firing-alerts.js';
import { type SummaryCount, summaryOf } from '../shared/machines/summary.js';
import type { JudgedMachine } from '../shared/machines/troubles.js';
import classes from './fleet-summary.module.css';
import { addressOfView, type ListView } from './list-view.js';
import { CHOSEN } from './use-list-view.js';

/** More names than these are counted. */
const NAMED = 4;

/** Counts lead to the list or to the alerts, names to their machines. */
export function FleetSummary({
  machines,
  view,
}: {
  machines: readonly JudgedMachine[];
  view: ListView;
}) {
  const { firing, failed } = useFiringAlerts();
  const summary = summaryOf(machines, firing ?? { alerts: [], total: 0 });
  if (summary.well) {
    // Whether all is well is not said before the alerts are known.
    const known = firing !== null || failed;
    return (
      <p className={classes.summary} data-well={known || undefined}>
        {known && (
          <>
            <IconCircleCheck size={17} aria-hidden="true" />
            <span className={classes.text}>
              {summary.text} {firing === null && 'Alerts could not be read.'}
            </span>
          </>
        )}
        {known && <Counts counts={summary.counts} view={view} />}
      </p>
    );
  }
  const named = summary.machines.slice(0, NAMED);
  const more = summary.machines.length - named.length;
  return (
    <p className={classes.summary}>
      <IconAlertTriangle size={17} aria-hidden="true" />
      <Counts counts={summary.counts} view={view} />
      <span className={classes.names}>
        {named.map(({ id, name }, index) => (
          <span key={id} className={classes.name}>
            <Link to={`/machines/${id}`}>{name}</Link>
            {index < named.length - 1 && ','}
          </span>
        ))}
        {more > 0 && <span>and {more} more</span>}
      </span>
    </p>
  );
}

function Counts({ counts, view }: { counts: readonly SummaryCount[]; view: ListView }) {
  return counts.map(({ kind, severity, text }) => (
    <Link
      key={severity ?? kind}
      className={classes.count}
      data-kind={severity ?? kind}
      to={
        kind === 'alerts'
          ? '/alerts'
          : { search: addressOfView({ ...view, search: '', status: kind }).toString() }
      }
      state={kind === 'alerts' ? undefined : CHOSEN}
    >
      {text}
    </Link>
  ));
}
