/** Which machines a rule covers. */
import type { AlertScope } from '../../contracts/index.js';

/** The machines of `all` that `scope` covers; tags match if a machine has one of them. */
export function machinesInScope<machine extends { machine_id: string; tags: string[] }>(
  scope: AlertScope,
  all: readonly machine[],
): readonly machine[] {
  if ('all' in scope) {
    return all;
  }
  if ('machine_ids' in scope) {
    const wanted = new Set(scope.machine_ids.map((id) => id.toLowerCase()));
    return all.filter(({ machine_id }) => wanted.has(machine_id));
  }
  return all.filter(({ tags }) => scope.tags.some((tag) => tags.includes(tag)));
}
