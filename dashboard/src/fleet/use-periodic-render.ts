/** A slow beat for what must not be computed again with every sample. */
import { useEffect, useState } from 'react';

/** A number that grows every `everyMs` while the page is visible. */
export function usePeriodicRender(everyMs: number): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setBeat((last) => last + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return beat;
}
