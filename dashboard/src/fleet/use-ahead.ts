/** Shows what somebody has just entered until the page's address has it: React lets an address wait. */
import { useState } from 'react';

/** `settled`, or what was set since it last changed: a value that has settled once is not shown again. */
export function useAhead<value extends string>(settled: value): [value, (next: value) => void] {
  const [ahead, setAhead] = useState({ of: settled, value: settled });
  const isOver = ahead.of !== settled;
  if (isOver) setAhead({ of: settled, value: settled });
  const set = (value: value) => setAhead({ of: settled, value });
  return [isOver ? settled : ahead.value, set];
}
