/** The roles in words. */
import type { Role } from '../../../src/contracts/index.js';

/** Names of the roles. */
export const ROLE_LABELS: Record<Role, string> = { admin: 'Administrator', viewer: 'Viewer' };

/** The roles as choices of a form, the weaker one first. */
export const ROLE_CHOICES = [
  { value: 'viewer', label: 'Viewer: sees everything, changes nothing' },
  { value: 'admin', label: 'Administrator: may change everything' },
] as const satisfies readonly { value: Role; label: string }[];
