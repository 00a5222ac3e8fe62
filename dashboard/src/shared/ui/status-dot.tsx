/**
 * A machine's status as a dot. Each status has a shape of its own, so that colour is not the only
 * sign.
 */
import { VisuallyHidden } from '@mantine/core';
import type { MachineStatus } from '../../../../src/contracts/index.js';
import classes from './status-dot.module.css';

/** The word for each status. */
export const STATUS_TEXT: Record<MachineStatus, string> = {
  online: 'Online',
  offline: 'Offline',
  stopped: 'Stopped',
  asleep: 'Asleep',
  pending: 'Pending',
};

/** Full when online, a ring when pending, a square when offline or stopped, a crescent when asleep. */
export function StatusDot({ status }: { status: MachineStatus }) {
  return (
    <span className={classes.dot} data-status={status} title={STATUS_TEXT[status]}>
      <VisuallyHidden>{STATUS_TEXT[status]}</VisuallyHidden>
    </span>
  );
}
