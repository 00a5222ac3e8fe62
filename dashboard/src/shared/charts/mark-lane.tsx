/** The marks of a chart in a narrow lane below its plot, with a label for the one pointed at. */
import { type KeyboardEvent, useRef, useState } from 'react';
import { type ChartMark, type PlacedMark, placeMarks } from './chart-marks.js';
import classes from './mark-lane.module.css';

/**
 * One stop for the tab key, in which the arrow keys go from mark to mark. `width` is that of the
 * plot in pixels.
 */
export function MarkLane(props: {
  marks: readonly ChartMark[];
  from: number;
  to: number;
  width: number;
}) {
  const placed = placeMarks(props.marks, props.from, props.to, props.width);
  const lane = useRef<HTMLDivElement>(null);
  const [reached, setReached] = useState(0);
  const [shown, setShown] = useState<number | null>(null);
  if (placed.length === 0) return null;
  const stop = Math.min(reached, placed.length - 1);

  const moveFocus = (event: KeyboardEvent) => {
    const next = nextStop(event.key, stop, placed.length);
    if (next === null) return;
    event.preventDefault();
    setReached(next);
    const button = lane.current?.children[next];
    if (button instanceof HTMLElement) button.focus();
  };

  const label = shown === null ? undefined : placed[shown];
  return (
    <>
      <div
        ref={lane}
        className={classes.lane}
        role="toolbar"
        aria-label="What happened"
        onKeyDown={moveFocus}
      >
        {placed.map((place, index) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: marks move as time goes on, their order stays
            key={index}
            type="button"
            tabIndex={index === stop ? 0 : -1}
            className={classes.mark}
            data-kind={place.mark.kind}
            data-severity={place.mark.severity}
            data-moment={place.width === 0 || undefined}
            data-selected={place.mark.selected || undefined}
            data-shown={index === shown || undefined}
            style={{ left: percent(place.left), width: percent(place.width) }}
            aria-label={place.label}
            aria-disabled={place.mark.onOpen === undefined || undefined}
            onClick={place.mark.onOpen}
            onPointerEnter={() => setShown(index)}
            onPointerLeave={() => setShown(null)}
            onFocus={() => {
              setReached(index);
              setShown(index);
            }}
            onBlur={() => setShown(null)}
          />
        ))}
      </div>
      {label !== undefined && <MarkLabel place={label} />}
    </>
  );
}

/** Moves with its mark, but never beyond the edges of the plot. */
function MarkLabel({ place }: { place: PlacedMark }) {
  const middle = percent(place.left + place.width / 2);
  return (
    <div className={classes.labels} aria-hidden="true">
      <div className={classes.label} style={{ left: middle, transform: `translateX(-${middle})` }}>
        {place.label}
      </div>
    </div>
  );
}

function nextStop(key: string, current: number, count: number): number | null {
  if (key === 'ArrowRight') return Math.min(count - 1, current + 1);
  if (key === 'ArrowLeft') return Math.max(0, current - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}

function percent(part: number): string {
  return `${part * 100}%`;
}
