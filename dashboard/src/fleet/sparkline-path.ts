/** Shapes and words of the small charts in the list. Pure functions. */

/** Percentages at a fixed distance, oldest first; `null` is a gap. */
export type Percentages = readonly (number | null)[];

/** Width and height of the drawing in its own units; percentages fill the height from 0 to 100. */
export const SPARKLINE_SIZE = { width: 60, height: 20 } as const;

/** SVG paths of a small chart: its line, and the area below. Both are broken at gaps. */
export interface SparklinePaths {
  line: string;
  area: string;
}

/** The paths; a value between two gaps is a dot. */
export function sparklinePaths(values: Percentages): SparklinePaths {
  const { width, height } = SPARKLINE_SIZE;
  const step = width / Math.max(1, values.length - 1);
  let line = '';
  let area = '';
  for (const run of runsOf(values)) {
    const points = run.values.map((value, index) => {
      const x = round((run.start + index) * step);
      return { x, y: round(height - (Math.min(100, Math.max(0, value)) / 100) * height) };
    });
    const [first, ...others] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) continue;
    line += `M${first.x} ${first.y}${others.length === 0 ? 'h0' : ''}`;
    area += `M${first.x} ${height}V${first.y}`;
    for (const { x, y } of others) {
      line += `L${x} ${y}`;
      area += `L${x} ${y}`;
    }
    area += `V${height}Z`;
  }
  return { line, area };
}

function runsOf(values: Percentages): { start: number; values: number[] }[] {
  const runs: { start: number; values: number[] }[] = [];
  let open: number[] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      open = null;
    } else if (open === null) {
      open = [value];
      runs.push({ start: index, values: open });
    } else {
      open.push(value);
    }
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What the chart shows, in words: `CPU last hour: 3 to 61%`. */
export function sparklineText(label: string, values: Percentages): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${label} last hour: nothing received`;
  const [least, most] = [Math.round(Math.min(...known)), Math.round(Math.max(...known))];
  return `${label} last hour: ${least === most ? '' : `${least} to `}${most}%`;
}
