/** Name, status, tags and main facts of a machine, and the actions for administrators. */
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from 'react-router';
import {
  formatBytes,
  formatDuration,
  type HostFacts,
  type MachineSummary,
} from '../../../src/contracts/index.js';
import { formatCores, formatSystem } from '../shared/format/host.js';
import { useIsAdmin } from '../shared/services.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { STATUS_TEXT, StatusDot } from '../shared/ui/status-dot.js';
import { TagList } from '../shared/ui/tag-list.js';
import { MachineActions } from './machine-actions.js';
import classes from './machine-page.module.css';

/** The top of the machine's page. */
export function MachineHeader({ machine, host }: { machine: MachineSummary; host: HostFacts }) {
  const isAdmin = useIsAdmin();
  const uptime = machine.latest?.uptime;
  const facts = [
    host.distribution ?? formatSystem(machine.os),
    cpuFact(host),
    host.memory_bytes == null ? null : `${formatBytes(host.memory_bytes)} memory`,
    uptime == null ? null : `up ${formatDuration(uptime)}`,
    `agent ${machine.agent_version}`,
  ].filter((fact) => fact !== null);
  return (
    <>
      <Link to="/" className={classes.back}>
        <IconArrowLeft size={15} aria-hidden="true" /> Machines
      </Link>
      <div className={classes.header}>
        <h1 className={classes.title}>{machine.machine_name}</h1>
        <span className={classes.status} data-status={machine.status}>
          <StatusDot status={machine.status} />
          <span aria-hidden="true">{STATUS_TEXT[machine.status]}</span>
        </span>
        <TagList tags={machine.tags} />
        <span style={{ flex: 1 }} />
        {isAdmin && <MachineActions machine={machine} />}
        <div className={classes.facts}>
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
          <span>
            seen <LastSeen at={machine.last_seen_at} />
          </span>
        </div>
      </div>
    </>
  );
}

function cpuFact(host: HostFacts): string | null {
  return (
    [host.cpu_model, formatCores(host.cpu_cores)]
      .filter((part) => part != null && part !== '')
      .join(', ') || null
  );
}
