/** Draws a map of colours: a row for each series, a column for each step of time. */

/** A row of a map. */
export interface HeatRow {
  name: string;
  values: readonly (number | null)[];
}

/** What is drawn, with times in epoch milliseconds. */
export interface HeatImage {
  rows: readonly HeatRow[];
  timestamp: readonly number[];
  stepMs: number;
  from: number;
  to: number;
  /** The value of the full colour. */
  top: number;
  rowHeight: number;
  color: string;
}

/** The least part of the colour that a value has, so that 0 differs from nothing. */
const LEAST = 0.06;

/** Draws on a canvas of `width` CSS pixels, sharp on screens with more of them. */
export function drawHeatMap(canvas: HTMLCanvasElement, width: number, image: HeatImage): void {
  const { rows, timestamp, stepMs, from, to, top, rowHeight, color } = image;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(rows.length * rowHeight * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.fillStyle = color;
  // Whole pixels of the screen, so that no seam shows between two cells.
  const x = (time: number) => Math.round(((time - from) / (to - from)) * canvas.width);
  const y = (row: number) => Math.round(row * rowHeight * ratio);
  rows.forEach(({ values }, row) => {
    values.forEach((value, index) => {
      const time = timestamp[index];
      if (value === null || time === undefined) return;
      context.globalAlpha = LEAST + (1 - LEAST) * Math.min(1, Math.max(0, value / top));
      const left = x(time);
      context.fillRect(left, y(row), x(time + stepMs) - left, y(row + 1) - y(row) - 1);
    });
  });
}

/** The step that contains a time; `null` if there is none. */
export function stepAt(timestamp: readonly number[], stepMs: number, time: number): number | null {
  const index = timestamp.findLastIndex((start) => start <= time);
  const start = timestamp[index];
  return start === undefined || time >= start + stepMs ? null : index;
}
