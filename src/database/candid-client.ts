/** A PostgreSQL connection that does not pretend to live after its peer stopped answering. */
import { Client } from 'pg';

const READ_TIMEOUT = 'Query read timeout';

/**
 * Ends itself when a query times out. TypeORM gives such a connection back to its pool, where every
 * later query would wait behind the one that is never answered.
 */
export class CandidClient extends Client {
  override query = ((...parameters: unknown[]): unknown => {
    const outcome: unknown = Reflect.apply(super.query, this, parameters);
    if (outcome instanceof Promise) {
      outcome.catch((error: unknown) => {
        if ((error as Error).message === READ_TIMEOUT) {
          this.connection.stream.destroy();
        }
      });
    }
    return outcome;
  }) as Client['query'];
}
