/** The devices of one kind: their current values, and their history once they come into sight. */
import { useIntersection } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { DeviceKind } from '../../../src/contracts/index.js';
import { DeviceCharts } from './device-charts.js';
import { DeviceTable } from './device-table.js';
import { devicesOf } from './devices.js';
import { FilesystemTable } from './filesystem-table.js';
import classes from './machine-page.module.css';
import { KIND_TITLES } from './sections.js';
import type { SharedAxis } from './shared-axis.js';

/** Devices are fetched this far before they come into sight. */
const AHEAD = '400px';

/** Renders nothing if the machine has no device of the kind. */
export function DeviceKindPanel({ axis, kind }: { axis: SharedAxis; kind: DeviceKind }) {
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: AHEAD });
  const [seen, setSeen] = useState(false);
  const isInSight = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (isInSight) setSeen(true);
  }, [isInSight]);
  const devices = devicesOf(axis.machine.latest, kind);
  if (devices.length === 0) return null;
  return (
    <div ref={ref} className={classes.kind}>
      <h3 className={classes.kindTitle}>
        {KIND_TITLES[kind]} <span className={classes.count}>{devices.length}</span>
      </h3>
      {kind === 'filesystem' ? (
        <FilesystemTable machineId={axis.machine.machine_id} devices={devices} visible={seen} />
      ) : (
        <DeviceTable kind={kind} devices={devices} />
      )}
      <DeviceCharts axis={axis} kind={kind} visible={seen} />
    </div>
  );
}
