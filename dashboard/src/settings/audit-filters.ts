/** The filters of the audit log, as the page's address carries them. */
import type { AuditQuery } from '../shared/api/administration.js';

/** Names of the parameters in the address; `from` and `to` are days like `2026-01-31`. */
export const AUDIT_PARAMETERS = ['action', 'actor', 'outcome', 'from', 'to'] as const;

/** One of the filters. */
export type AuditParameter = (typeof AUDIT_PARAMETERS)[number];

/** The query for the filters of an address. Days are the reader's own, and `to` is included. */
export function auditQuery(parameters: URLSearchParams): AuditQuery {
  const outcome = parameters.get('outcome');
  return {
    action: parameters.get('action') ?? undefined,
    actor: parameters.get('actor') ?? undefined,
    outcome: outcome === 'success' || outcome === 'failure' ? outcome : undefined,
    from: startOfDay(parameters.get('from'), 0),
    to: startOfDay(parameters.get('to'), 1),
  };
}

/** Epoch milliseconds of the start of a day, `later` days on; undefined if it is none. */
function startOfDay(day: string | null, later: number): number | undefined {
  if (day === null || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  const time = start.getTime();
  return Number.isNaN(time) ? undefined : time;
}
