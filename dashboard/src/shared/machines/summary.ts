/** Sums up how the fleet is, in one line. Pure functions. */
import { ALERT_SEVERITIES, type AlertSeverity } from '../../../../src/contracts/index.js';
import type { FiringAlerts } from '../live/use-firing-alerts.js';
import { attentionRank, compareNames } from './attention.js';
import { type JudgedMachine, TROUBLES, type Trouble } from './troubles.js';

/** How many machines have a trouble, or how many alerts of a severity fire. */
export type SummaryCount = { count: number; text: string } & (
  | { kind: Trouble; severity?: undefined }
  | { kind: 'alerts'; severity: AlertSeverity }
);

/** The state of the fleet, for one line. */
export interface FleetSummary {
  /** True if no machine has a trouble of its own and no alert fires. */
  well: boolean;
  /** How many are well, in words; for a fleet that is well. */
  text: string;
  /** What is wrong, worst first. */
  counts: SummaryCount[];
  /** The machines that it concerns, worst first. */
  machines: { id: string; name: string }[];
}

const TEXT: Record<Trouble, (count: number) => string> = {
  offline: (count) => `${count} offline`,
  hot: (count) => `${count} hot`,
  conflict: (count) => `${count} with two agents`,
  late: (count) => `${count} late`,
  clock: (count) => `${count} with a wrong clock`,
  outdated: (count) => `${count} with an old agent`,
};

/** Worth a mention, but such a machine is well. */
const MINOR: readonly Trouble[] = ['outdated'];

/** Sums up the machines and the firing alerts. */
export function summaryOf(
  machines: readonly JudgedMachine[],
  { alerts, total }: FiringAlerts,
): FleetSummary {
  const alarmed = new Set(alerts.map(({ machine_id }) => machine_id));
  const troubled = machines.filter(
    ({ machine, troubles }) =>
      alarmed.has(machine.machine_id) || troubles.some((trouble) => !MINOR.includes(trouble)),
  );
  return {
    well: troubled.length === 0 && alerts.length === 0,
    text: wellText(machines),
    counts: [
      ...troubleCounts(machines, (trouble) => !MINOR.includes(trouble)),
      ...alertCounts(alerts, total),
      ...troubleCounts(machines, (trouble) => MINOR.includes(trouble)),
    ],
    machines: troubled
      .map(({ machine, troubles }) => ({
        id: machine.machine_id,
        name: machine.machine_name,
        rank: attentionRank(machine),
        first: troubles[0] === undefined ? TROUBLES.length : TROUBLES.indexOf(troubles[0]),
      }))
      .sort((a, b) => a.first - b.first || a.rank - b.rank || compareNames(a.name, b.name))
      .map(({ id, name }) => ({ id, name })),
  };
}

function troubleCounts(
  machines: readonly JudgedMachine[],
  wanted: (trouble: Trouble) => boolean,
): SummaryCount[] {
  return TROUBLES.filter(wanted).flatMap((kind) => {
    const count = machines.filter(({ troubles }) => troubles.includes(kind)).length;
    return count === 0 ? [] : { kind, count, text: TEXT[kind](count) };
  });
}

function alertCounts(alerts: FiringAlerts['alerts'], total: number): SummaryCount[] {
  const more = total > alerts.length ? '+' : '';
  return ALERT_SEVERITIES.toReversed().flatMap((severity) => {
    const count = alerts.filter((alert) => alert.severity === severity).length;
    const noun = count === 1 && more === '' ? 'alert' : 'alerts';
    const text = `${count}${more} ${severity} ${noun}`;
    return count === 0 ? [] : { kind: 'alerts' as const, severity, count, text };
  });
}

const AWAY = ['stopped', 'asleep', 'pending'] as const;

/** `All 12 machines are well.`, or `10 machines are well, 1 stopped, 1 pending.` */
function wellText(machines: readonly JudgedMachine[]): string {
  const online = machines.filter(({ machine }) => machine.status === 'online').length;
  const away = AWAY.flatMap((status) => {
    const count = machines.filter(({ machine }) => machine.status === status).length;
    return count === 0 ? [] : `${count} ${status}`;
  });
  if (online === 0) return `No machine reports: ${away.join(', ')}.`;
  if (away.length > 0) {
    return `${online} ${online === 1 ? 'machine is' : 'machines are'} well, ${away.join(', ')}.`;
  }
  return online === 1 ? 'The machine is well.' : `All ${online} machines are well.`;
}
