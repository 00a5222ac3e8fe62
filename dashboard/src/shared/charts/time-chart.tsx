/** One chart over time, drawn by uPlot, with a legend that shows the values at the cursor. */
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatUnit, type MetricUnit } from '../../../../src/contracts/index.js';
import { formatDateTime } from '../format/time.js';
import type { ChartMark } from './chart-marks.js';
import { type ChartSeries, type ChartThreshold, chartOptions, plotWidth } from './chart-options.js';
import { MarkLane } from './mark-lane.js';
import classes from './time-chart.module.css';
import type { Timeline } from './timeline.js';

const HEIGHT = 178;
const NO_MARKS: readonly ChartMark[] = [];
const NO_THRESHOLDS: readonly ChartThreshold[] = [];

/**
 * `timeline` has a column for each key of `series`, and their bounds if `band` is set. Marks lie
 * in a lane below the plot; thresholds are dashed lines that the value axis always includes.
 */
export function TimeChart(props: {
  title: string;
  note?: ReactNode;
  series: readonly ChartSeries[];
  unit: MetricUnit;
  timeline: Timeline;
  from: number;
  to: number;
  band: boolean;
  syncKey: string;
  marks?: readonly ChartMark[];
  thresholds?: readonly ChartThreshold[];
  onSelect: (from: number, to: number) => void;
}) {
  const { title, note, series, unit, timeline, from, to, band, syncKey, onSelect } = props;
  const { marks = NO_MARKS, thresholds = NO_THRESHOLDS } = props;
  const { ref: frameRef, width } = useElementSize();
  const target = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme();
  const [hovered, setHovered] = useState<number | null>(null);

  // uPlot reads these while it draws; changing them must not create the chart again.
  const latest = useRef({ from, to, onSelect });
  latest.current = { from, to, onSelect };

  const keys = series.map(({ key, label }) => `${key}=${label}`).join('|');
  const levels = thresholds.map(({ value, color }) => `${color}=${value}`).join('|');
  const data = useMemo(() => {
    const column = (name: string) =>
      timeline.columns[name] ?? new Array<null>(timeline.timestamp.length).fill(null);
    const lines = series.map(({ key }) => column(key));
    const bounds = series.flatMap(({ key }) => [column(`${key}_min`), column(`${key}_max`)]);
    return [timeline.timestamp, ...lines, ...(band ? bounds : [])] satisfies uPlot.AlignedData;
  }, [timeline, series, band]);
  const firstData = useRef(data);
  firstData.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: keys stands for series, levels for thresholds, scheme for the colours
  useEffect(() => {
    if (target.current === null || width === 0) return undefined;
    const made = new uPlot(
      chartOptions(
        { series, thresholds, unit, band, fill: series.length <= 2, syncKey },
        {
          range: () => [latest.current.from, latest.current.to],
          hover: setHovered,
          select: (start, end) => latest.current.onSelect(start, end),
        },
        { width, height: HEIGHT },
      ),
      firstData.current,
      target.current,
    );
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [keys, levels, unit, band, syncKey, scheme, width === 0]);

  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height: HEIGHT });
  }, [width]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: from and to move the axis without new data
  useEffect(() => {
    chart.current?.setData(data, true);
  }, [data, from, to]);

  const index = hovered ?? lastKnown(data);
  const time = hovered === null ? undefined : timeline.timestamp[hovered];
  return (
    <figure className={`panel ${classes.chart}`} aria-label={title}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        {note !== undefined && <span className={classes.note}>{note}</span>}
        <span className={classes.time}>{time === undefined ? '' : formatDateTime(time)}</span>
      </figcaption>
      <ul className={classes.legend}>
        {series.map(({ key, label, color }) => (
          <li key={key} className={classes.entry}>
            <span className={classes.swatch} style={{ background: `var(${color})` }} />
            <span>{label}</span>
            <span className={classes.value}>{legendValue(timeline, key, index, unit, band)}</span>
          </li>
        ))}
        {thresholds.map(({ value, label, color }) => (
          <li key={`${label} ${value}`} className={classes.entry}>
            <span className={classes.dashes} style={{ color: `var(${color})` }} />
            <span>{label}</span>
            <span className={classes.value}>{formatUnit(value, unit)}</span>
          </li>
        ))}
      </ul>
      <div ref={frameRef} className={classes.frame} style={{ height: HEIGHT }}>
        <div ref={target} />
        <MarkLane marks={marks} from={from} to={to} width={plotWidth(width)} />
      </div>
    </figure>
  );
}

/** The last row with any value: the legend shows it while the cursor is elsewhere. */
function lastKnown(data: (number | null)[][]): number | null {
  for (let index = (data[0]?.length ?? 0) - 1; index >= 0; index -= 1) {
    if (data.slice(1).some((column) => column[index] != null)) return index;
  }
  return null;
}

function legendValue(
  timeline: Timeline,
  key: string,
  index: number | null,
  unit: MetricUnit,
  band: boolean,
): string {
  const at = (name: string) => (index === null ? null : timeline.columns[name]?.[index]);
  const value = formatUnit(at(key), unit);
  const low = at(`${key}_min`);
  const high = at(`${key}_max`);
  if (!band || low == null || high == null) return value;
  const bounds = [formatUnit(low, unit), formatUnit(high, unit)];
  return bounds[0] === bounds[1] ? value : `${value} (${bounds.join(' – ')})`;
}
