/** What happened on the time axis of a chart: alerts, restarts, gaps. Pure functions. */
import type { AlertSeverity } from '../../../../src/contracts/index.js';

/** A span or, if `to` equals `from`, a moment on the time axis, in epoch milliseconds. */
export interface ChartMark {
  kind: 'alert' | 'restart' | 'gap' | 'event';
  from: number;
  /** The end; `null` while it lasts. */
  to: number | null;
  label: string;
  /** The colour of an alert. */
  severity?: AlertSeverity;
  /** Drawn through the whole chart, not only at the axis. */
  selected?: boolean;
  /** Called when the mark is clicked, or chosen with the keyboard. */
  onOpen?: () => void;
}

/** A mark, or several of a kind that lie too close to be told apart, with its place in the chart. */
export interface PlacedMark {
  mark: ChartMark;
  label: string;
  /** The distance from the left edge of the plot, and the width, as parts of the plot's width. */
  left: number;
  width: number;
}

/** Marks of one kind whose ends are closer than this are drawn as one. */
const JOIN_PX = 4;

/**
 * The marks that lie at least partly between `from` and `to`, cut there, by start. Marks of one
 * kind and severity that would run together on a plot of `widthPx` pixels become one, which opens
 * the first of them; a selected mark is never joined.
 */
export function placeMarks(
  marks: readonly ChartMark[],
  from: number,
  to: number,
  widthPx: number,
): PlacedMark[] {
  const duration = to - from;
  if (duration <= 0) return [];
  const joinMs = (JOIN_PX / Math.max(1, widthPx)) * duration;
  const groups: { mark: ChartMark; from: number; to: number; count: number }[] = [];
  const seen = marks
    .map((mark) => ({ mark, from: mark.from, to: mark.to ?? Math.max(mark.from, to), count: 1 }))
    .filter((span) => span.to >= from && span.from <= to)
    .sort((a, b) => a.from - b.from);
  const last = new Map<string, (typeof groups)[number]>();
  for (const span of seen) {
    const group = `${span.mark.kind} ${span.mark.severity ?? ''}`;
    const previous = last.get(group);
    if (previous !== undefined && !span.mark.selected && span.from - previous.to < joinMs) {
      previous.to = Math.max(previous.to, span.to);
      previous.count += 1;
      continue;
    }
    groups.push(span);
    if (!span.mark.selected) last.set(group, span);
  }
  return groups.map((group) => {
    const start = Math.max(from, group.from);
    return {
      mark: group.mark,
      label:
        group.count === 1 ? group.mark.label : `${group.mark.label}, and ${group.count - 1} more`,
      left: (start - from) / duration,
      width: (Math.min(to, group.to) - start) / duration,
    };
  });
}
