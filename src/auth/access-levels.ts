/** What each access level asks of a caller. */
import type { ServerConfig } from '../config/server-config.js';
import type { Credential } from './credential.js';

/**
 * Who may use a route:
 * - `anyone`: no credential is looked at
 * - `viewer`: any user, or a key with scope `read`; everyone in the open mode
 * - `admin`: users with the role admin, also in the open mode
 * - `user`: any signed-in user, for what concerns their own account
 * - `machine`: a machine's key or token; everyone in the open mode
 * - `enrollment`: an enrolment key or a machine's own key; everyone in the open mode
 * - `machine_key`: a machine's key itself, to make tokens from
 * - `prometheus`: a key with scope `prometheus`, or everyone if PROCSPY_METRICS_PUBLIC
 */
export type AccessLevel =
  | 'anyone'
  | 'viewer'
  | 'admin'
  | 'user'
  | 'machine'
  | 'enrollment'
  | 'machine_key'
  | 'prometheus';

interface Requirement {
  /** In words, after "this needs". */
  needs: string;
  met(credential: Credential): boolean;
}

const REQUIREMENTS: Record<AccessLevel, Requirement> = {
  anyone: { needs: 'nothing', met: () => true },
  viewer: {
    needs: 'a signed-in user or a key with scope read',
    met: ({ principal }) =>
      principal.kind === 'user' || (principal.kind === 'key' && principal.scope === 'read'),
  },
  admin: {
    needs: 'a user with the role admin',
    met: ({ principal }) => principal.kind === 'user' && principal.role === 'admin',
  },
  user: { needs: 'a signed-in user', met: ({ principal }) => principal.kind === 'user' },
  machine: {
    needs: "a machine's key or token",
    met: ({ principal }) => principal.kind === 'machine',
  },
  enrollment: {
    needs: "an enrolment key or the machine's own key",
    met: ({ principal, via }) =>
      (principal.kind === 'key' && principal.scope === 'enroll') ||
      (principal.kind === 'machine' && via === 'key'),
  },
  machine_key: {
    needs: "a machine's key",
    met: ({ principal, via }) => principal.kind === 'machine' && via === 'key',
  },
  prometheus: {
    needs: 'a key with scope prometheus',
    met: ({ principal }) => principal.kind === 'key' && principal.scope === 'prometheus',
  },
};

/** True if the credential is enough for `level`. */
export function permits(level: AccessLevel, credential: Credential): boolean {
  return REQUIREMENTS[level].met(credential);
}

/** What `level` asks for, to be read after "this needs". */
export function requirementOf(level: AccessLevel): string {
  return REQUIREMENTS[level].needs;
}

/** True if the settings open `level` to everyone. */
export function isOpenTo(
  level: AccessLevel,
  config: Pick<ServerConfig, 'authRequired' | 'metricsPublic'>,
): boolean {
  switch (level) {
    case 'viewer':
    case 'machine':
    case 'enrollment':
      return !config.authRequired;
    case 'prometheus':
      return config.metricsPublic;
    default:
      return level === 'anyone';
  }
}
