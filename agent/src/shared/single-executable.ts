/** Whether the agent is a single executable file (Node SEA) or a script run by Node. */
import { createRequire } from 'node:module';

/** True inside the binary that `npm run build:binary` makes. */
export function isSingleExecutable(): boolean {
  try {
    const sea: unknown = createRequire(process.execPath)('node:sea');
    return (sea as { isSea(): boolean }).isSea();
  } catch {
    return false;
  }
}
