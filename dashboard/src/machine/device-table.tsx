/** The current values of the devices of one kind. */
import {
  DEVICE_CATALOG,
  DEVICE_METRIC_CATALOG,
  type DeviceKind,
  type DeviceMetricName,
  formatUnit,
} from '../../../src/contracts/index.js';
import { Meter } from '../shared/ui/meter.js';
import classes from './device-table.module.css';
import { type DeviceRow, metricsOf } from './devices.js';

/**
 * True for percentages that are a problem when they are high; others only show how busy a device
 * is.
 */
function fillsUp(kind: DeviceKind, metric: DeviceMetricName): boolean {
  return kind === 'filesystem' || metric === 'memory_usage';
}

const NAME_LABEL: Partial<Record<DeviceKind, string>> = { filesystem: 'Mounted at' };

/** Cores are many and have one value each, so they are shown in a grid, all others in a table. */
export function DeviceTable(props: {
  kind: DeviceKind;
  devices: DeviceRow[];
  /** A last column with a text for each device. */
  note?: { label: string; of: (name: string) => string };
}) {
  const { kind, devices, note } = props;
  if (kind === 'core') return <CoreGrid cores={devices} />;
  const metrics = metricsOf(kind, devices);
  return (
    <section
      className={`panel ${classes.frame}`}
      aria-label={`${DEVICE_CATALOG[kind].label}: values now`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{NAME_LABEL[kind] ?? 'Name'}</th>
            {metrics.map((metric) => (
              <th key={metric} scope="col" data-unit={DEVICE_METRIC_CATALOG[metric].unit}>
                {DEVICE_METRIC_CATALOG[metric].label}
              </th>
            ))}
            {note !== undefined && (
              <th scope="col" className={classes.note}>
                {note.label}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <tr key={device.name}>
              <th scope="row">{device.name}</th>
              {metrics.map((metric) => (
                <td key={metric} data-unit={DEVICE_METRIC_CATALOG[metric].unit}>
                  <DeviceValue kind={kind} metric={metric} value={device[metric]} />
                </td>
              ))}
              {note !== undefined && <td className={classes.note}>{note.of(device.name)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DeviceValue(props: {
  kind: DeviceKind;
  metric: DeviceMetricName;
  value: number | null | undefined;
}) {
  const { unit, label } = DEVICE_METRIC_CATALOG[props.metric];
  if (unit === 'percent')
    return <Meter label={label} value={props.value} neutral={!fillsUp(props.kind, props.metric)} />;
  return formatUnit(props.value, unit);
}

function CoreGrid({ cores }: { cores: DeviceRow[] }) {
  return (
    <ul className={`panel ${classes.cores}`}>
      {cores.map(({ name, usage }) => (
        <li key={name} className={classes.core}>
          <span className={classes.coreName}>{name}</span>
          <Meter label={`Core ${name}`} value={usage} />
        </li>
      ))}
    </ul>
  );
}
