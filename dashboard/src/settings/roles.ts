/** The roles in words. */
import type { Role } from '../../../src/contracts/index.js';

/** Names of the roles. */
export const ROLE_LABELS: Record<Role, string> = { admin: 'Administrator', viewer: 'Viewer' };
