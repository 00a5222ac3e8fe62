/** One chart over time, drawn by uPlot, with a legend that shows the values at the cursor. */
import { ActionIcon, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconPhotoDown } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { MetricUnit } from '../../../../src/contracts/index.js';
import { fileName, saveFile } from '../download.js';
import { formatDateTime, formatTimeRange } from '../format/time.js';
import { ChartLegend } from './chart-legend.js';
import type { ChartMark } from './chart-marks.js';
import { type ChartSeries, type ChartThreshold, chartOptions, plotWidth } from './chart-options.js';
import { chartPicture } from './chart-picture.js';
import { columnBefore } from './comparison.js';
import { MarkLane } from './mark-lane.js';
import classes from './time-chart.module.css';
import type { Timeline } from './timeline.js';
import { followTouch } from './touch-cursor.js';

const HEIGHT = 178;
const NO_MARKS: readonly ChartMark[] = [];
const NO_THRESHOLDS: readonly ChartThreshold[] = [];

/**
 * `timeline` has a column for each key of `series`, and their bounds if `band` is set. Marks lie
 * in a lane below the plot; thresholds are dashed lines that the value axis always includes.
 */
export function TimeChart(props: {
  title: string;
  /** Whose values they are, for a picture of the chart, if the title does not say it. */
  subject?: string;
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
  /** The earlier time, in words, whose values are in the columns `<key>_before`. */
  compared?: string | undefined;
  onSelect: (from: number, to: number) => void;
}) {
  const { title, subject, note, series, unit, timeline, from, to, band, syncKey, onSelect } = props;
  const { marks = NO_MARKS, thresholds = NO_THRESHOLDS, compared } = props;
  const comparison = compared !== undefined;
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
    const before = comparison ? series.map(({ key }) => column(columnBefore(key))) : [];
    return [
      timeline.timestamp,
      ...before,
      ...lines,
      ...(band ? bounds : []),
    ] satisfies uPlot.AlignedData;
  }, [timeline, series, band, comparison]);
  const firstData = useRef(data);
  firstData.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: keys stands for series, levels for thresholds, scheme for the colours
  useEffect(() => {
    if (target.current === null || width === 0) return undefined;
    const made = new uPlot(
      chartOptions(
        { series, thresholds, unit, band, fill: series.length <= 2, comparison, syncKey },
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
    followTouch(made);
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [keys, levels, unit, band, comparison, syncKey, scheme, width === 0]);

  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height: HEIGHT });
  }, [width]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: from and to move the axis without new data
  useEffect(() => {
    chart.current?.setData(data, true);
  }, [data, from, to]);

  const savePicture = async () => {
    const canvas = chart.current?.ctx.canvas;
    if (canvas === undefined) return;
    const range = formatTimeRange(from, to);
    const subjects = subject === undefined ? [] : [subject];
    const subtitle = [...subjects, range].join(', ');
    const picture = await chartPicture(canvas, { title, subtitle, series });
    if (picture !== null) saveFile(fileName([...subjects, title, range], 'png'), picture);
  };

  const index = hovered ?? lastKnown(timeline, series);
  const time = hovered === null ? undefined : timeline.timestamp[hovered];
  return (
    <figure className={`panel ${classes.chart}`} aria-label={title}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        {note !== undefined && <span className={classes.note}>{note}</span>}
        {compared !== undefined && (
          <span className={classes.compared}>
            <span className={classes.swatch} data-pale /> {compared}
          </span>
        )}
        <span className={classes.time}>{time === undefined ? '' : formatDateTime(time)}</span>
        <ActionIcon
          className={classes.save}
          variant="subtle"
          size={24}
          aria-label={`Save the chart ${title} as a picture`}
          title="Save as a picture (PNG)"
          onClick={() => void savePicture()}
        >
          <IconPhotoDown size={15} />
        </ActionIcon>
      </figcaption>
      <ChartLegend
        series={series}
        thresholds={thresholds}
        unit={unit}
        timeline={timeline}
        index={index}
        band={band}
        compared={compared}
      />
      <div ref={frameRef} className={classes.frame} style={{ height: HEIGHT }}>
        <div ref={target} />
        <MarkLane marks={marks} from={from} to={to} width={plotWidth(width)} />
      </div>
    </figure>
  );
}

/** The last row with a value of any series: the legend shows it while the cursor is elsewhere. */
function lastKnown({ timestamp, columns }: Timeline, series: readonly ChartSeries[]) {
  const index = timestamp.findLastIndex((_, row) =>
    series.some(({ key }) => columns[key]?.[row] != null),
  );
  return index < 0 ? null : index;
}
