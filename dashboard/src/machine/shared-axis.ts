/** What all charts of a machine's page share. */
import type { MachineSummary } from '../../../src/contracts/index.js';
import type { ChartMark } from '../shared/charts/chart-marks.js';
import { COMPARISONS } from '../shared/charts/comparison.js';
import { zoomed } from '../shared/charts/ranges.js';
import type { ChartAddress } from '../shared/charts/use-chart-address.js';

/** The machine, its range, and what is marked on it. */
export interface SharedAxis {
  machine: MachineSummary;
  address: ChartAddress;
  marks: readonly ChartMark[];
  /** The width of one chart in pixels; 0 until it is known. */
  chartWidth: number;
}

/** The properties that every chart takes from the axis. */
export function chartProps({ machine, address, marks }: SharedAxis) {
  return {
    subject: machine.machine_name,
    marks,
    syncKey: `machine-${machine.machine_id}`,
    compared: address.comparison === null ? undefined : COMPARISONS[address.comparison].label,
    onSelect: (from: number, to: number) => address.show(zoomed(from, to)),
  };
}

const MIN_CHART_PX = 460;
const GAP_PX = 12;

/** The width of a chart in a grid of the given width, as the style sheet lays it out. */
export function chartWidthIn(gridWidth: number): number {
  const columns = Math.max(1, Math.floor((gridWidth + GAP_PX) / (MIN_CHART_PX + GAP_PX)));
  return Math.max(0, (gridWidth - GAP_PX * (columns - 1)) / columns);
}
