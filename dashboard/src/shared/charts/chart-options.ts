/** uPlot's options for the charts: axes, bands and the shared cursor. */
import uPlot from 'uplot';
import { formatUnit, type MetricUnit } from '../../../../src/contracts/index.js';
import { isolatedIndexes } from './timeline.js';

/** One line of a chart; `color` is the name of a CSS variable. */
export interface ChartSeries {
  key: string;
  label: string;
  color: string;
}

/** A level in the unit of the chart, drawn as a dashed line; `color` names a CSS variable. */
export interface ChartThreshold {
  value: number;
  label: string;
  color: string;
}

/** What determines the options; when it changes, the chart is created again. */
export interface ChartDefinition {
  series: readonly ChartSeries[];
  thresholds: readonly ChartThreshold[];
  unit: MetricUnit;
  /** Draws the band between `<key>_min` and `<key>_max`. */
  band: boolean;
  /** Fills the area below the line; for charts of one or two series. */
  fill: boolean;
  /** Draws a pale line of earlier values below each series. */
  comparison: boolean;
  syncKey: string;
}

/** Callbacks of a chart, and what it reads while it is drawn. */
export interface ChartCallbacks {
  /** The range of the time axis in epoch milliseconds. */
  range(): [from: number, to: number];
  /** The index of the data at the cursor; `null` if the cursor is elsewhere. */
  hover(index: number | null): void;
  /** A range was selected by dragging. */
  select(from: number, to: number): void;
}

const AXIS_FONT = '11px system-ui, sans-serif';
/**
 * The width of the value axis is the same for all charts, so that a shared cursor is one straight
 * line down the page.
 */
const Y_AXIS_WIDTH = 68;
/** The padding on the right, where the last label of the time axis ends. */
const RIGHT_PADDING = 20;
/** The time axis with the lane of marks above its labels. */
const X_AXIS = { size: 34, gap: 14 };
/** The smallest upper bound of the value axis for each unit: a line at zero needs an axis too. */
const LEAST_TOP: Partial<Record<MetricUnit, number>> = { bytes_per_second: 1_000, load: 1 };

function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function withAlpha(color: string, percent: number): string {
  return `color-mix(in srgb, ${color} ${percent}%, transparent)`;
}

/** The width of the plot in a chart of the given width. */
export function plotWidth(width: number): number {
  return Math.max(0, width - Y_AXIS_WIDTH - RIGHT_PADDING);
}

/** The bounds of the value axis for values between `low` and `high`. */
export function valueRange(
  unit: MetricUnit,
  low: number | null,
  high: number | null,
): [number, number] {
  if (unit === 'percent') return [0, 100];
  if (unit === 'celsius') {
    const middle = [low ?? 20, high ?? 60] as const;
    return [Math.floor((middle[0] - 5) / 10) * 10, Math.ceil((middle[1] + 5) / 10) * 10];
  }
  const top = Math.max(LEAST_TOP[unit] ?? 1, (high ?? 0) * 1.1);
  return [Math.min(0, low ?? 0), top];
}

const hourMinute = '{HH}:{mm}';
const withSeconds = '{HH}:{mm}:{ss}';
const dayMonth = '{D} {MMM}';

/** Labels of the time axis: the time of day, and the date where it changes. */
function timeValues(_: uPlot, splits: number[], _axis: number, _space: number, step: number) {
  const clock = uPlot.fmtDate(step < 60_000 ? withSeconds : hourMinute);
  const day = uPlot.fmtDate(dayMonth);
  let lastDay = '';
  return splits.map((time) => {
    const date = new Date(time);
    const label = day(date);
    const changed = label !== lastDay;
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
    const first = lastDay === '';
    lastDay = label;
    if (step >= 86_400_000 || isMidnight) return label;
    return changed && !first ? `${clock(date)}\n${label}` : clock(date);
  });
}

/** Builds the options for a chart of the given size in CSS pixels. */
export function chartOptions(
  definition: ChartDefinition,
  callbacks: ChartCallbacks,
  size: { width: number; height: number },
): uPlot.Options {
  const { series, thresholds, unit, band, fill, comparison, syncKey } = definition;
  const levels = thresholds.map(({ value }) => value);
  const count = series.length;
  const firstLine = comparison ? 1 + count : 1;
  const firstBound = firstLine + count;
  const axis = {
    stroke: css('--ink-dim'),
    font: AXIS_FONT,
    grid: { stroke: css('--grid'), width: 1 },
    ticks: { show: false },
  };
  const line = ({ label, color }: ChartSeries): uPlot.Series => ({
    label,
    stroke: css(color),
    width: 1.6,
    fill: fill && !band ? withAlpha(css(color), 12) : undefined,
    points: {
      show: true,
      size: 5,
      fill: css(color),
      filter: (chart, index) => isolatedIndexes(chart.data[index] ?? []),
    },
    spanGaps: false,
  });
  const earlier = ({ color }: ChartSeries): uPlot.Series => ({
    stroke: withAlpha(css(color), 45),
    width: 1.4,
    points: { show: false },
    spanGaps: false,
  });
  const bound = (): uPlot.Series => ({ stroke: 'transparent', width: 0, points: { show: false } });

  return {
    ...size,
    ms: 1,
    padding: [8, RIGHT_PADDING, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: syncKey },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
    },
    scales: {
      x: { time: true, range: () => callbacks.range() },
      y: { range: (_, low, high) => valueRange(unit, ...withLevels(low, high, levels)) },
    },
    axes: [
      { ...axis, ...X_AXIS, space: 70, values: timeValues },
      {
        ...axis,
        size: Y_AXIS_WIDTH,
        gap: 6,
        space: 34,
        values: (_, splits) => splits.map((value) => axisLabel(value, unit)),
      },
    ],
    series: [
      {},
      ...(comparison ? series.map(earlier) : []),
      ...series.map(line),
      ...(band ? series.flatMap(() => [bound(), bound()]) : []),
    ],
    bands: band
      ? series.map(({ color }, index) => ({
          series: [firstBound + 1 + index * 2, firstBound + index * 2],
          fill: withAlpha(css(color), 22),
        }))
      : [],
    hooks: {
      draw: [(chart) => drawThresholds(chart, thresholds)],
      setCursor: [(chart) => callbacks.hover(chart.cursor.idx ?? null)],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < 4) return;
          callbacks.select(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** The lowest and highest value, widened so that every threshold is in sight. */
function withLevels(
  low: number | null,
  high: number | null,
  levels: readonly number[],
): [low: number | null, high: number | null] {
  if (levels.length === 0) return [low, high];
  return [Math.min(low ?? Number.POSITIVE_INFINITY, ...levels), Math.max(high ?? 0, ...levels)];
}

function drawThresholds(chart: uPlot, thresholds: readonly ChartThreshold[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([5 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  for (const { value, color } of thresholds) {
    const y = Math.round(chart.valToPos(value, 'y', true));
    ctx.strokeStyle = css(color);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function axisLabel(value: number, unit: MetricUnit): string {
  if (unit === 'percent') return `${value}%`;
  if (unit === 'celsius') return `${value}°`;
  if (unit === 'load') return String(value);
  return formatUnit(value, unit);
}
