/** The cursor of a chart under a finger: uPlot follows the mouse alone. */
import type uPlot from 'uplot';

/** uPlot's types leave out its third parameter, which tells the other charts. */
type SetCursor = (at: { left: number; top: number }, fire: boolean, publish: boolean) => void;

/**
 * A finger on the chart moves the cursor, of the other charts too; up and down it scrolls the page
 * as elsewhere. The cursor stays where it was left, so that its values can be read.
 */
export function followTouch(chart: uPlot): void {
  const { over } = chart;
  const setCursor: SetCursor = chart.setCursor;
  const follow = ({ pointerType, clientX, clientY }: PointerEvent) => {
    if (pointerType === 'mouse') return;
    const { left, top } = over.getBoundingClientRect();
    setCursor({ left: clientX - left, top: clientY - top }, true, true);
  };
  over.style.touchAction = 'pan-y';
  over.addEventListener('pointerdown', follow);
  over.addEventListener('pointermove', follow);
}
