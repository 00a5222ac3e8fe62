/** The severity of an alert as a word, with a colour and a shape of its own. */
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { AlertSeverity } from '../../../src/contracts/index.js';
import classes from './alerts.module.css';

const SHOWN = {
  info: { label: 'Info', Icon: IconInfoCircle },
  warning: { label: 'Warning', Icon: IconAlertTriangle },
  critical: { label: 'Critical', Icon: IconAlertOctagon },
} as const;

/** Faded if the alert is resolved. */
export function SeverityBadge({ severity, over }: { severity: AlertSeverity; over?: boolean }) {
  const { label, Icon } = SHOWN[severity];
  return (
    <span className={classes.severity} data-severity={severity} data-over={over || undefined}>
      <Icon size={16} aria-hidden="true" />
      {label}
    </span>
  );
}
