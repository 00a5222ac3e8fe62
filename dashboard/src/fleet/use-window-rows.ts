/** Computes which rows of a long list are visible, for lists that scroll with the page. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

const OVERSCAN = 12;

/** The indexes to render, and the heights in pixels of the rows left out above and below. */
export interface WindowRows<element> {
  ref: RefObject<element | null>;
  rows: number[];
  before: number;
  after: number;
}

/**
 * Rows of known heights, in a list that starts at the element of `ref`; `heights` is another function
 * when the heights have changed.
 */
export function useWindowRows<element extends HTMLElement>(
  count: number,
  heights: (index: number) => number,
): WindowRows<element> {
  const ref = useRef<element>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above the list may grow or shrink by a line.
  useLayoutEffect(() => {
    const top = ref.current?.getBoundingClientRect().top ?? 0;
    const margin = Math.round(top + window.scrollY);
    if (margin !== scrollMargin) setScrollMargin(margin);
  });
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: heights,
    overscan: OVERSCAN,
    scrollMargin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights say when to measure again
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, heights]);
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items[items.length - 1];
  return {
    ref,
    rows: items.map(({ index }) => index),
    before: first === undefined ? 0 : first.start - scrollMargin,
    after: last === undefined ? 0 : virtualizer.getTotalSize() - (last.end - scrollMargin),
  };
}
