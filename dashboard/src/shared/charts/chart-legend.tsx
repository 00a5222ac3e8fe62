/** The legend of a chart: each series with its value at the cursor, then the thresholds. */
import { formatUnit, type MetricUnit } from '../../../../src/contracts/index.js';
import type { ChartSeries, ChartThreshold } from './chart-options.js';
import { columnBefore } from './comparison.js';
import classes from './time-chart.module.css';
import type { Timeline } from './timeline.js';

/**
 * `index` is the row of the timeline whose values are shown; `compared` names the earlier time whose
 * values stand beside them.
 */
export function ChartLegend(props: {
  series: readonly ChartSeries[];
  thresholds: readonly ChartThreshold[];
  unit: MetricUnit;
  timeline: Timeline;
  index: number | null;
  band: boolean;
  compared: string | undefined;
}) {
  const { series, thresholds, unit, timeline, index, band, compared } = props;
  const at = (name: string) => (index === null ? null : timeline.columns[name]?.[index]);
  return (
    <ul className={classes.legend}>
      {series.map(({ key, label, color }) => (
        <li key={key} className={classes.entry}>
          <span className={classes.swatch} style={{ background: `var(${color})` }} />
          <span>{label}</span>
          <span className={classes.value}>{valueText(at, key, unit, band)}</span>
          {compared !== undefined && (
            <span title={compared}>{formatUnit(at(columnBefore(key)), unit)}</span>
          )}
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
  );
}

function valueText(
  at: (name: string) => number | null | undefined,
  key: string,
  unit: MetricUnit,
  band: boolean,
): string {
  const value = formatUnit(at(key), unit);
  const low = at(`${key}_min`);
  const high = at(`${key}_max`);
  if (!band || low == null || high == null) return value;
  const bounds = [formatUnit(low, unit), formatUnit(high, unit)];
  return bounds[0] === bounds[1] ? value : `${value} (${bounds.join(' – ')})`;
}
