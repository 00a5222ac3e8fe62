/** What the charts of a page show, kept in its address. */
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type Comparison, isComparison } from './comparison.js';
import { addressOfRange, rangeFromAddress, type TimeRange } from './ranges.js';

/** One range and one comparison for all charts of a page. */
export interface ChartAddress {
  range: TimeRange;
  comparison: Comparison | null;
  /** The alert whose mark is drawn through the charts. */
  alertId: string | null;
  /** Shows another range; the browser's back button returns to this one. */
  show(range: TimeRange): void;
  /** Shows the range that `next` makes of the current one, if it makes one. */
  change(next: (current: TimeRange) => TimeRange | null): void;
  compareWith(comparison: Comparison | null): void;
}

/**
 * The address as the browser has it: the page may not have drawn it yet, and two quick presses of a
 * key are two steps.
 */
function addressNow(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}

/** The address of the page, followed while the component is mounted. */
export function useChartAddress(): ChartAddress {
  const [parameters, setParameters] = useSearchParams();
  return useMemo(() => {
    const compared = parameters.get('compare');
    const show = (range: TimeRange) => {
      const next = addressNow();
      for (const name of ['range', 'from', 'to', 'alert']) next.delete(name);
      for (const [name, value] of addressOfRange(range)) next.set(name, value);
      setParameters(next);
    };
    return {
      range: rangeFromAddress(parameters),
      comparison: isComparison(compared) ? compared : null,
      alertId: parameters.get('alert'),
      show,
      change: (next) => {
        const changed = next(rangeFromAddress(addressNow()));
        if (changed !== null) show(changed);
      },
      compareWith: (comparison) => {
        const next = addressNow();
        next.delete('compare');
        if (comparison !== null) next.set('compare', comparison);
        setParameters(next, { replace: true });
      },
    };
  }, [parameters, setParameters]);
}
