/** Entries of the audit log in words. */
import type { AuditEntry } from '../../../src/contracts/index.js';

/** What was done, by action, after the name of whoever did it. */
const ACTIONS: Readonly<Record<string, string>> = {
  'account.password': 'changed their own password',
  'account.totp_disable': 'disabled their second factor',
  'account.totp_enable': 'switched on a second factor',
  'account.totp_offer': 'began to set up a second factor',
  'alert.acknowledge': 'acknowledged the alert',
  'alert_rule.create': 'made the alert rule',
  'alert_rule.delete': 'deleted the alert rule',
  'alert_rule.update': 'changed the alert rule',
  'api_key.create': 'made the key',
  'api_key.rename': 'renamed the key to',
  'api_key.revoke': 'revoked the key',
  'machine.delete': 'deleted the machine',
  'machine.enroll': 'enrolled the machine',
  'machine.rotate_key': 'changed the key of the machine',
  'machine.update': 'changed the machine',
  'notification_channel.create': 'made the channel',
  'notification_channel.delete': 'deleted the channel',
  'notification_channel.update': 'changed the channel',
  'session.end': 'ended a session',
  'session.end_all': 'signed out everywhere',
  'session.end_others': 'ended all other sessions',
  'session.open': 'signed in',
  'session.refresh_reused': 'used an old token of a session',
  'setup.complete': 'set up procspy',
  'silence.create': 'silenced alerts:',
  'silence.end': 'ended the silence',
  'silence.update': 'changed the silence',
  'user.change': 'changed the user',
  'user.create': 'added the user',
  'user.delete': 'deleted the user',
  'user.totp_remove': 'removed the second factor of',
};

/** What was tried and refused, where the words of a success do not do. */
const FAILURES: Readonly<Record<string, string>> = {
  'account.password': 'failed to change their own password',
  'account.totp_disable': 'failed to disable their second factor',
  'account.totp_offer': 'failed to set up a second factor',
  'session.open': 'failed to sign in',
  'session.refresh_reused': 'used an old token of a session, which was ended',
  'setup.complete': 'failed to set up procspy',
};

/** The known actions as choices of a filter. */
export const ACTION_CHOICES = Object.keys(ACTIONS);

/** Fields of the details that name what was acted on; the first that is there counts. */
const SUBJECTS = ['email', 'name', 'machine_name', 'rule', 'comment'] as const;

/** Whoever acted. */
export function actorText({ actor_name, actor_kind }: AuditEntry): string {
  return actor_name ?? (actor_kind === 'anonymous' ? 'somebody' : actor_kind);
}

/** What was done; an action that this version does not know keeps its own name. */
export function actionText({ action, outcome }: AuditEntry): string {
  const text = ACTIONS[action] ?? action;
  return outcome === 'success' ? text : (FAILURES[action] ?? `failed: ${text}`);
}

/** The name of what was acted on, `null` where the entry does not tell. */
export function subjectOf({ details }: AuditEntry): string | null {
  const name = SUBJECTS.map((field) => details[field]).find((value) => typeof value === 'string');
  return typeof name === 'string' ? name : null;
}

/** Everything that the entry tells, as pairs of a label and a text. */
export function factsOf(entry: AuditEntry): [label: string, text: string][] {
  const facts: [string, unknown][] = [
    ['Action', entry.action],
    ['Actor', entry.actor_id === null ? entry.actor_kind : `${entry.actor_kind} ${entry.actor_id}`],
    ['Address', entry.address],
    ['Target', entry.target],
    ...Object.entries(entry.details).map(([name, value]): [string, unknown] => [
      name.replaceAll('_', ' '),
      value,
    ]),
  ];
  return facts
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => [label, typeof value === 'string' ? value : JSON.stringify(value)]);
}
