/** `/machines/:machineId`: one machine, live. */

import { Center, Loader } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useParams } from 'react-router';
import { formatDuration } from '../../../src/contracts/index.js';
import { MachineAlerts } from '../alerts/machine-alerts.js';
import { ApiError } from '../shared/api/errors.js';
import { formatDateTime } from '../shared/format/time.js';
import { NotFoundPage } from '../shared/ui/not-found-page.js';
import { Notice } from '../shared/ui/notice.js';
import { HostPanel } from './host-panel.js';
import { MachineHeader } from './machine-header.js';
import { MachineHistory } from './machine-history.js';
import classes from './machine-page.module.css';
import { NumberTiles } from './number-tiles.js';
import { useMachine } from './use-machine.js';

/** The page of the machine in the address; another machine starts with none of the state of the last. */
export function MachinePage() {
  const { machineId = '' } = useParams();
  return <Machine key={machineId} machineId={machineId} />;
}

/** Header, tiles, charts and devices. */
function Machine({ machineId }: { machineId: string }) {
  const { machine, deleted, host, error } = useMachine(machineId);
  useDocumentTitle(`${machine?.machine_name ?? 'Machine'} · procspy`);

  if (deleted || (error instanceof ApiError && error.status === 404)) {
    return <NotFoundPage what="No machine has this address. It may have been deleted." />;
  }
  if (machine === undefined) {
    if (error !== null) return <Notice kind="error">{error.message}</Notice>;
    return (
      <Center mih="50vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  return (
    <div className={classes.page} data-status={machine.status}>
      <MachineHeader machine={machine} host={host} />
      {machine.identity_conflict && (
        <Notice kind="warning" mb="md" title="Two agents push under this identity">
          A copied disk or state folder can do that. Delete the state folder of one of them and
          enrol it again.
        </Notice>
      )}
      {machine.clock_offset_seconds !== null && (
        <ClockNotice seconds={machine.clock_offset_seconds} />
      )}
      {machine.status === 'offline' && machine.last_seen_at !== null && (
        <Notice kind="error" mb="md">
          Nothing has arrived since {formatDateTime(machine.last_seen_at)}. The numbers are the last
          ones known.
        </Notice>
      )}
      {(machine.status === 'stopped' || machine.status === 'asleep') && (
        <Notice kind="info" mb="md">
          {machine.status === 'asleep'
            ? 'This machine went to sleep'
            : 'This machine was shut down, or its agent was stopped,'}
          {machine.last_seen_at !== null && ` at ${formatDateTime(machine.last_seen_at)}`}. The
          numbers are the last ones known.
        </Notice>
      )}
      {machine.status === 'pending' && (
        <Notice kind="info" mb="md">
          This machine has registered, but nothing has been received from it yet.
        </Notice>
      )}
      <MachineAlerts machineId={machine.machine_id} />
      <NumberTiles machine={machine} host={host} />
      <MachineHistory machine={machine} />
      <HostPanel machine={machine} host={host} />
    </div>
  );
}

/** Agents use the server's time if the machine's clock is wrong; other programs do not. */
function ClockNotice({ seconds }: { seconds: number }) {
  const slow = seconds < 0;
  return (
    <Notice
      kind="warning"
      mb="md"
      title={`Its clock is ${formatDuration(Math.abs(seconds))} ${slow ? 'slow' : 'fast'}`}
    >
      Agents stamp samples by the server&apos;s clock meanwhile. Set the machine&apos;s clock by the
      network (NTP).
    </Notice>
  );
}
