/** Metrics of sign-ins and refused requests. */
import { Injectable } from '@nestjs/common';
import { counter } from '../common/metrics.js';

/** Counts for Prometheus. */
@Injectable()
export class AuthMetricsService {
  /** Requests that the access guard refused, by the code of the error. */
  readonly refusedRequests = counter({
    name: 'procspy_auth_refused_requests_total',
    help: 'Requests that were refused for their credential or their rate, by code.',
    labelNames: ['code'],
  });

  /** Sign-ins by what became of them. */
  readonly signIns = counter({
    name: 'procspy_auth_sign_ins_total',
    help: 'Attempts to sign in, by what became of them.',
    labelNames: ['result'],
  });
}
