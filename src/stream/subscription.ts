/** What a dashboard asks to follow. */
import { InvalidInputError } from '../common/errors.js';
import type { SubscribeBody } from '../contracts/index.js';

/** Machines of one call. */
const MAX_MACHINES = 1_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Checks the body of `subscribe` and `unsubscribe`; throws InvalidInputError naming the fault. */
export function parseSubscription(body: unknown): SubscribeBody {
  const ids =
    typeof body === 'object' && body !== null && 'machine_ids' in body ? body.machine_ids : null;
  if (ids === 'all') {
    return { machine_ids: 'all' };
  }
  if (!Array.isArray(ids)) {
    throw fault('machine_ids must be "all" or a list of machine ids');
  }
  if (ids.length > MAX_MACHINES) {
    throw fault(`machine_ids must not be more than ${MAX_MACHINES}; follow "all" instead`);
  }
  if (!ids.every((id): id is string => typeof id === 'string' && UUID.test(id))) {
    throw fault('machine_ids must be machine ids (uuid)');
  }
  return { machine_ids: [...new Set(ids.map((id) => id.toLowerCase()))] };
}

function fault(message: string): InvalidInputError {
  return new InvalidInputError('stream.invalid_subscription', message);
}
