/** One alert: what, where, since when, and what can be done about it. */
import { Button, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBellOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import {
  type Alert,
  comparisonText,
  formatDuration,
  RESOLUTION_TEXTS,
  subjectText,
  subjectValueText,
} from '../../../src/contracts/index.js';
import { alertAddress } from '../shared/charts/alert-address.js';
import { useServerNow } from '../shared/clock.js';
import { formatDateTime, formatDayTime } from '../shared/format/time.js';
import { useIsAdmin } from '../shared/services.js';
import { AcknowledgeDialog } from './acknowledge-dialog.js';
import classes from './alerts.module.css';
import { EvidenceTable } from './evidence-table.js';
import { SeverityBadge } from './severity-badge.js';
import { SilenceMenu } from './silence-menu.js';
import { ToldList } from './told-list.js';

const RENEW_MS = 5_000;

function conditionOf(alert: Alert): string {
  const value = subjectValueText(alert, alert.last_value);
  if (alert.metric === 'offline') return `No sign of life for ${value}`;
  const peak = subjectValueText(alert, alert.peak_value);
  const peakText = alert.peak_value === null || peak === value ? '' : `, peak ${peak}`;
  return `${subjectText(alert)} ${value} (${comparisonText(alert)})${peakText}`;
}

/** When it started, and how long it has lasted. */
function AlertTimes({ alert }: { alert: Alert }) {
  const now = useServerNow(RENEW_MS);
  const start = alert.fired_at ?? alert.pending_since;
  const end = alert.resolved_at === null ? now : Date.parse(alert.resolved_at);
  return (
    <time dateTime={start} title={`since ${formatDateTime(start)}`}>
      {formatDayTime(start)} · {formatDuration((end - Date.parse(start)) / 1000)}
    </time>
  );
}

/** One entry in a list of alerts; `withMachine` is false on the machine's own page. */
export function AlertItem({ alert, withMachine = true }: { alert: Alert; withMachine?: boolean }) {
  const over = alert.state === 'resolved';
  return (
    <li className={classes.item}>
      <div className={classes.line}>
        <SeverityBadge severity={alert.severity} over={over} />
        <span className={classes.subject}>
          <AlertSubject alert={alert} withMachine={withMachine} />
        </span>
        <span className={classes.wide}>
          {conditionOf(alert)}
          {withMachine && <span className={classes.dim}> {alert.rule_name}</span>}
        </span>
        <span className={`${classes.dim} ${classes.wide}`}>
          <AlertTimes alert={alert} />
        </span>
        <span className={classes.action}>
          <AlertStateText alert={alert} />
          <AlertSilence alert={alert} />
        </span>
      </div>
      <AlertDetails alert={alert} />
      {alert.state !== 'pending' && <ToldList alert={alert} />}
      {alert.evidence !== null && alert.evidence.length > 0 && (
        <details className={classes.evidence}>
          <summary>Busiest processes</summary>
          <EvidenceTable evidence={alert.evidence} />
        </details>
      )}
    </li>
  );
}

/**
 * A link to the minute in the charts of the machine: its name, on its own page that of the rule. The
 * name alone if the machine was deleted.
 */
function AlertSubject({ alert, withMachine }: { alert: Alert; withMachine: boolean }) {
  const name = withMachine ? alert.machine_name : alert.rule_name;
  if (alert.resolution === 'machine_deleted') return name;
  return <Link to={alertAddress(alert)}>{name}</Link>;
}

function AlertStateText({ alert }: { alert: Alert }) {
  const isAdmin = useIsAdmin();
  const [asking, { open, close }] = useDisclosure(false);
  if (alert.state !== 'firing' || !isAdmin) {
    return <span className={classes.dim}>{alert.state}</span>;
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Acknowledge
      </Button>
      <AcknowledgeDialog alert={alert} opened={asking} onClose={close} />
    </>
  );
}

/** Whether a silence holds the alert, or the button that makes one. */
function AlertSilence({ alert }: { alert: Alert }) {
  const isAdmin = useIsAdmin();
  if (alert.silenced_until !== null) {
    return (
      <Link
        to="/alerts/silences"
        className={classes.silenced}
        title={`silenced until ${formatDateTime(alert.silenced_until)}`}
      >
        <IconBellOff size={13} aria-hidden="true" />
        until {formatDayTime(alert.silenced_until)}
        <VisuallyHidden>silenced</VisuallyHidden>
      </Link>
    );
  }
  return isAdmin && alert.state !== 'resolved' ? <SilenceMenu alert={alert} /> : null;
}

function AlertDetails({ alert }: { alert: Alert }) {
  const parts = [
    alert.acknowledged_by === null ? null : `acknowledged by ${alert.acknowledged_by}`,
    alert.acknowledged_note,
    alert.resolution === null ? null : RESOLUTION_TEXTS[alert.resolution],
  ].filter((part) => part !== null && part !== '');
  if (parts.length === 0) return null;
  return (
    <div className={classes.more}>
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </div>
  );
}
