/** The devices of a machine: a table of current values, and the history of one kind. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { DEVICE_CATALOG, DEVICE_KINDS, type DeviceKind } from '../../../src/contracts/index.js';
import { DeviceCharts } from './device-charts.js';
import { DeviceTable } from './device-table.js';
import { devicesOf } from './devices.js';
import classes from './machine-page.module.css';
import type { SharedAxis } from './shared-axis.js';

/** Filesystems come first, because they fill up. */
const ORDER: readonly DeviceKind[] = [
  'filesystem',
  'disk',
  'interface',
  ...DEVICE_KINDS.filter((kind) => !['filesystem', 'disk', 'interface'].includes(kind)),
];

/** Shows one kind at a time; kinds without devices are left out. */
export function DevicePanel({ axis }: { axis: SharedAxis }) {
  const { machine } = axis;
  const [chosen, setChosen] = useState<DeviceKind>('filesystem');
  const kinds = ORDER.filter((kind) => devicesOf(machine.latest, kind).length > 0);
  const kind = kinds.includes(chosen) ? chosen : kinds[0];
  if (kind === undefined) return null;
  return (
    <section className={classes.section} aria-label="Devices">
      <div className={classes.rangeBar}>
        <h2 className={classes.sectionTitle} style={{ margin: 0 }}>
          Devices
        </h2>
        <SegmentedControl
          bg="var(--segment)"
          size="xs"
          aria-label="Kind of device"
          data={kinds.map((value) => ({
            value,
            label: `${DEVICE_CATALOG[value].label} ${devicesOf(machine.latest, value).length}`,
          }))}
          value={kind}
          onChange={(value) => setChosen(value as DeviceKind)}
        />
      </div>
      <DeviceTable kind={kind} devices={devicesOf(machine.latest, kind)} />
      <DeviceCharts axis={axis} kind={kind} />
    </section>
  );
}
