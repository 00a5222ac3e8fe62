/** Who is calling. */
import type { KeyScope, Role } from '../contracts/index.js';

/** A person with a session. */
export interface UserPrincipal {
  kind: 'user';
  /** The user's id. */
  id: string;
  email: string;
  role: Role;
  /** Ends when the person signs out or the session is revoked. */
  session_id: string;
}

/** A machine's agent, by its key or by a token made from it. */
export interface MachinePrincipal {
  kind: 'machine';
  /** Id of the key, also for a token made from it. */
  id: string;
  /** Internal key of the machine. */
  machineKey: number;
  machine_id: string;
}

/** A script, scraper or enrolling agent with a key that belongs to no machine. */
export interface KeyPrincipal {
  kind: 'key';
  /** Id of the key; `environment` for the one of PROCSPY_ENROLLMENT_KEY. */
  id: string;
  scope: Exclude<KeyScope, 'machine'>;
}

/** Nobody in particular: public routes, and the open mode. */
export interface AnonymousPrincipal {
  kind: 'anonymous';
}

/** Who is calling. */
export type Principal = UserPrincipal | MachinePrincipal | KeyPrincipal | AnonymousPrincipal;

/** Who does something, and from which network address: what the audit log keeps. */
export interface Actor<principal extends Principal = Principal> {
  actor: principal;
  address: string;
}

/** The name under which others see what somebody did: a person's e-mail address. */
export function personName(principal: Principal): string {
  return principal.kind === 'user' ? principal.email : 'somebody';
}

/** A signed-in person who does something. */
export type UserActor = Actor<UserPrincipal>;
