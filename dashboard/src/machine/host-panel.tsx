/** Facts about the host, and the metrics that could not be read. */
import {
  formatBytes,
  type HostFacts,
  isMetricName,
  type MachineSummary,
  METRIC_CATALOG,
} from '../../../src/contracts/index.js';
import { formatSystem } from '../shared/format/host.js';
import { formatDateTime } from '../shared/format/time.js';
import { FoldSection } from './fold-section.js';
import classes from './machine-page.module.css';

function factsOf(machine: MachineSummary, host: HostFacts): [label: string, value: string][] {
  const rows: [string, string | null | undefined][] = [
    ['Host name', host.hostname],
    ['System', host.distribution ?? formatSystem(machine.os)],
    ['Kernel', host.kernel],
    ['Architecture', host.architecture],
    ['CPU', host.cpu_model],
    ['Cores', host.cpu_cores?.toString()],
    ['Memory', host.memory_bytes == null ? null : formatBytes(host.memory_bytes)],
    ['Swap', host.swap_bytes == null ? null : formatBytes(host.swap_bytes)],
    ['Virtualisation', host.virtualization],
    ['Graphics', host.gpus?.join(', ')],
    ['Booted', host.boot_time == null ? null : formatDateTime(host.boot_time)],
    ['Addresses', host.addresses?.join(', ')],
    ['Agent', machine.agent_version],
    ['Interval', `${machine.interval_seconds} s`],
    ['Registered', formatDateTime(machine.registered_at)],
    ['Machine id', machine.machine_id],
  ];
  return rows.filter((row): row is [string, string] => row[1] != null && row[1] !== '');
}

/** Facts in columns, followed by the reasons for missing metrics. */
export function HostPanel({ machine, host }: { machine: MachineSummary; host: HostFacts }) {
  const missing = Object.entries(machine.latest?.missing ?? {});
  return (
    <FoldSection id="host" title="Host">
      <dl className={`panel ${classes.factList}`}>
        {factsOf(machine, host).map(([label, value]) => (
          <div key={label} className={classes.fact}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {missing.length > 0 && (
        <div className={`panel ${classes.missing}`}>
          Not read on this machine:{' '}
          {missing.map(([name, reason], index) => (
            <span key={name}>
              {index > 0 && '; '}
              {isMetricName(name) ? METRIC_CATALOG[name].label : name} ({reason})
            </span>
          ))}
        </div>
      )}
    </FoldSection>
  );
}
