/** One theme of a machine's page: its charts, then its devices. */
import { TimeChart } from '../shared/charts/time-chart.js';
import { chartsFor } from './chart-groups.js';
import { DeviceKindPanel } from './device-kind-panel.js';
import { devicesOf } from './devices.js';
import { FoldSection } from './fold-section.js';
import classes from './machine-page.module.css';
import type { MachineSection as Section } from './sections.js';
import { chartProps, type SharedAxis } from './shared-axis.js';
import type { HistoryState } from './use-history.js';

/** Renders nothing for a theme of which the machine reports nothing. */
export function MachineSection(props: {
  section: Section;
  axis: SharedAxis;
  history: HistoryState;
}) {
  const { section, axis, history } = props;
  const { timeline, from, to, resolution } = history;
  const charts = chartsFor(timeline).filter(({ title }) => section.charts.includes(title));
  const kinds = section.kinds.filter((kind) => devicesOf(axis.machine.latest, kind).length > 0);
  if (charts.length === 0 && kinds.length === 0) return null;
  return (
    <FoldSection id={section.id} title={section.title}>
      <div className={classes.charts}>
        {charts.map(({ title, unit, series }) => (
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
      {kinds.map((kind) => (
        <DeviceKindPanel key={kind} axis={axis} kind={kind} />
      ))}
    </FoldSection>
  );
}
