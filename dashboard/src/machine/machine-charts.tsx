/** The charts of a machine's own metrics. */
import { TimeChart } from '../shared/charts/time-chart.js';
import { chartsFor } from './chart-groups.js';
import classes from './machine-page.module.css';
import { chartProps, type SharedAxis } from './shared-axis.js';
import type { HistoryState } from './use-history.js';

/** One chart for each group of metrics that has data. */
export function MachineCharts({ axis, history }: { axis: SharedAxis; history: HistoryState }) {
  const { timeline, from, to, resolution } = history;
  return (
    <div className={classes.charts}>
      {chartsFor(timeline).map(({ title, unit, series }) => (
        <TimeChart
          key={title}
          title={title}
          unit={unit}
          series={series}
          timeline={timeline}
          from={from}
          to={to}
          band={resolution !== null && resolution.tier !== 'raw'}
          {...chartProps(axis)}
        />
      ))}
    </div>
  );
}
