/** What the server tells Prometheus of who was refused. */
import { Counter } from 'prom-client';

/** Requests that the access guard refused, by the code of the error. */
export const refusedRequests = new Counter({
  name: 'procspy_auth_refused_requests_total',
  help: 'Requests that were refused for their credential or their rate, by code.',
  labelNames: ['code'] as const,
});

/** Sign-ins by what became of them. */
export const signIns = new Counter({
  name: 'procspy_auth_sign_ins_total',
  help: 'Attempts to sign in, by what became of them.',
  labelNames: ['result'] as const,
});
