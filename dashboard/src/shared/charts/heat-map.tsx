/** A map of colours over time, for more series than lines could be told apart. */
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { formatUnit, type MetricUnit } from '../../../../src/contracts/index.js';
import { formatDateTime, formatTick } from '../format/time.js';
import classes from './heat-map.module.css';
import { drawHeatMap, type HeatRow, stepAt } from './heat-map-image.js';

/** A map is about as high as a chart, or higher where its rows would become too thin. */
const HEIGHT = 220;
const ROW_PX = { least: 9, most: 18 };
const TICKS = 4;

/** Screen readers get a table with the mean and the highest value of each row. */
export function HeatMap(props: {
  title: string;
  unit: MetricUnit;
  timestamp: readonly number[];
  rows: readonly HeatRow[];
  stepMs: number;
  from: number;
  to: number;
}) {
  const { title, unit, timestamp, rows, stepMs, from, to } = props;
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const [pointed, setPointed] = useState<{ row: HeatRow; index: number } | null>(null);
  const rowHeight = Math.floor(Math.min(ROW_PX.most, Math.max(ROW_PX.least, HEIGHT / rows.length)));
  const top = unit === 'percent' ? 100 : Math.max(1, ...rows.map(({ values }) => highest(values)));

  // biome-ignore lint/correctness/useExhaustiveDependencies: scheme stands for the colour
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const color = getComputedStyle(canvas.current).color;
    const image = { rows, timestamp, stepMs, from, to, top, rowHeight, color };
    drawHeatMap(canvas.current, width, image);
  }, [rows, timestamp, stepMs, from, to, top, rowHeight, width, scheme]);

  const point = ({ nativeEvent: { offsetX, offsetY } }: PointerEvent) => {
    const row = rows[Math.floor(offsetY / rowHeight)];
    const index = stepAt(timestamp, stepMs, from + (offsetX / width) * (to - from));
    setPointed(row === undefined || index === null ? null : { row, index });
  };
  return (
    <figure className={`panel ${classes.map}`} aria-label={title}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className={classes.scale} aria-hidden="true">
          {formatUnit(0, unit)} <span className={classes.ramp} /> {formatUnit(top, unit)}
        </span>
        <span className={classes.pointed}>
          {pointed !== null &&
            `${pointed.row.name}: ${formatUnit(pointed.row.values[pointed.index], unit)}, ${formatDateTime(
              timestamp[pointed.index] ?? null,
            )}`}
        </span>
      </figcaption>
      <div className={classes.body}>
        <ol className={classes.names} aria-hidden="true" style={{ gridAutoRows: rowHeight }}>
          {rows.map(({ name }, index) => (
            <li key={name}>{index % Math.ceil(12 / rowHeight) === 0 ? name : ''}</li>
          ))}
        </ol>
        <div ref={ref} className={classes.plot}>
          <canvas
            ref={canvas}
            className={classes.canvas}
            style={{ height: rowHeight * rows.length }}
            onPointerMove={point}
            onPointerDown={point}
            onPointerLeave={() => setPointed(null)}
          />
          <div className={classes.times} aria-hidden="true">
            {ticks(from, to).map((time) => (
              <span key={time}>{formatTick(time, to - from)}</span>
            ))}
          </div>
        </div>
      </div>
      <HeatTable title={title} unit={unit} rows={rows} />
    </figure>
  );
}

function HeatTable(props: { title: string; unit: MetricUnit; rows: readonly HeatRow[] }) {
  const { title, unit, rows } = props;
  return (
    <table className={classes.table}>
      <caption>{title} of each in the range shown</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Mean</th>
          <th scope="col">Highest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, values }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{formatUnit(mean(values), unit)}</td>
            <td>{formatUnit(highest(values), unit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function highest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function ticks(from: number, to: number): number[] {
  return Array.from({ length: TICKS + 1 }, (_, index) => from + ((to - from) * index) / TICKS);
}
