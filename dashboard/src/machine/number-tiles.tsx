/** The current values of a machine in large tiles. */
import {
  formatBytes,
  formatPercent,
  formatRate,
  formatUnit,
  type HostFacts,
  type MachineSummary,
  type StoredSample,
} from '../../../src/contracts/index.js';
import { formatCores } from '../shared/format/host.js';
import { type Level, levelOf } from '../shared/format/levels.js';
import { devicesOf } from './devices.js';
import classes from './machine-page.module.css';

interface Tile {
  label: string;
  value: string;
  note?: string | null;
  percent?: number | null;
  /** A high value is no problem. */
  neutral?: boolean;
}

function tilesOf({ latest }: MachineSummary, host: HostFacts): Tile[] {
  const all: (Tile | null)[] = [
    {
      label: 'CPU',
      value: formatPercent(latest?.cpu),
      percent: latest?.cpu,
      note: formatCores(host.cpu_cores),
    },
    {
      label: 'Memory',
      value: formatPercent(latest?.ram),
      percent: latest?.ram,
      note: shareOf(latest?.ram, host.memory_bytes),
    },
    {
      label: 'Disk',
      value: formatPercent(latest?.disk),
      percent: latest?.disk,
      note: fullest(latest),
    },
    latest?.gpu == null
      ? null
      : { label: 'GPU', value: formatPercent(latest.gpu), percent: latest.gpu, neutral: true },
    {
      label: 'Network in',
      value: formatRate(latest?.network_in),
    },
    { label: 'Network out', value: formatRate(latest?.network_out) },
    latest?.load1 == null
      ? null
      : {
          label: 'Load',
          value: formatUnit(latest.load1, 'load'),
          note: `${formatUnit(latest.load5, 'load')} · ${formatUnit(latest.load15, 'load')}`,
        },
    latest?.temperature == null
      ? null
      : { label: 'Temperature', value: formatUnit(latest.temperature, 'celsius') },
  ];
  return all.filter((tile) => tile !== null);
}

function shareOf(percent: number | null | undefined, total: number | null | undefined) {
  if (percent == null || total == null) return null;
  return `${formatBytes((percent / 100) * total)} of ${formatBytes(total)}`;
}

/** The fullest filesystem, if there are several. */
function fullest(sample: StoredSample | null): string | null {
  const filesystems = devicesOf(sample, 'filesystem');
  const [first, second] = filesystems.sort((a, b) => (b.usage ?? 0) - (a.usage ?? 0));
  if (first?.usage == null || second === undefined) return null;
  return `fullest: ${first.name} ${formatPercent(first.usage, 0)}`;
}

/** One tile for each value that the machine reports. */
export function NumberTiles({ machine, host }: { machine: MachineSummary; host: HostFacts }) {
  return (
    <section className={classes.tiles} aria-label="Now">
      {tilesOf(machine, host).map(({ label, value, note, percent, neutral }) => {
        const level: Level = neutral ? 'ok' : levelOf(percent);
        return (
          <div key={label} className={`panel ${classes.tile}`} data-level={level}>
            <div className={classes.tileLabel}>{label}</div>
            <div className={classes.tileValue} data-metric={label}>
              {value}
            </div>
            {percent === undefined ? (
              <div className={classes.tileNote}>{note}</div>
            ) : (
              <>
                <div className={classes.tileTrack} aria-hidden="true">
                  <div
                    className={classes.tileFill}
                    style={{ transform: `scaleX(${(percent ?? 0) / 100})` }}
                  />
                </div>
                <div className={classes.tileNote}>{note}</div>
              </>
            )}
          </div>
        );
      })}
    </section>
  );
}
