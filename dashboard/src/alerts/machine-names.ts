/** The names of machines for sentences about rules and silences. Pure functions. */
import type { FleetState } from '../shared/live/use-fleet.js';

/** The name of a machine by its id. Says that one was deleted only if all machines are known. */
export function machineNames(fleet: FleetState): (id: string) => string {
  const { machines, loading, error, hidden } = fleet;
  const unlisted = loading ? '…' : error !== null || hidden > 0 ? 'a machine' : 'a deleted machine';
  return (id) => machines.find(({ machine_id }) => machine_id === id)?.machine_name ?? unlisted;
}
