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

/** Rows of a fixed height, in a list that starts at the element of `ref`. */
export function useWindowRows<element extends HTMLElement>(
  count: number,
  rowHeight: number,
): WindowRows<element> {
  const ref = useRef<element>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const top = ref.current?.getBoundingClientRect().top ?? 0;
    setScrollMargin(top + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin,
  });
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
