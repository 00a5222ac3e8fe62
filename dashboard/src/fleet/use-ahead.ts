/** Shows what somebody has just entered until the page's address has it: React lets an address wait. */
import { useState } from 'react';

/** `settled`, or what was set since it last changed. */
export function useAhead<value extends string>(settled: value): [value, (next: value) => void] {
  const [ahead, setAhead] = useState({ of: settled, value: settled });
  const set = (value: value) => setAhead({ of: settled, value });
  return [ahead.of === settled ? ahead.value : settled, set];
}
