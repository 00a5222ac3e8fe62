/** Renders a component at a fixed period, for what need not be computed again with every sample. */
import { useEffect, useState } from 'react';

/** A number that increases every `everyMs` while the page is visible. */
export function usePeriodicRender(everyMs: number): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setCount((last) => last + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return count;
}
