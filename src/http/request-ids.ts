/** Ids of requests, as they stand in error bodies and logs. */
import { randomBytes } from 'node:crypto';

/** Makes short ids, unique across restarts and replicas. */
export function requestIds(): () => string {
  const prefix = randomBytes(6).toString('base64url');
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}
