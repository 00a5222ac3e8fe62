/**
 * A whole transaction in one round trip: the statements, and right behind them the rows of their
 * COPYs. PostgreSQL runs the statements of one simple query as one transaction, commits by itself,
 * and passes over copy data that comes after a statement failed.
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html, "Multiple Statements in a
 * Simple Query" and "COPY Operations".
 */
import { type Connection, DatabaseError, type Pool, type Submittable } from 'pg';

/** Values of one row as text. */
export type TextRow = readonly (string | null)[];

/** A transaction that takes longer has a peer that hangs. */
const TIMEOUT_MS = 15_000;

const COPY_DATA = 'd'.charCodeAt(0);
/** The message CopyDone. */
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * Runs `statements`, whose COPYs take `copies` in their order, in one transaction. Resolves with
 * all rows that they answered, after the commit; rejects with what PostgreSQL or the network said.
 */
export async function inOneTrip(
  pool: Pool,
  statements: string,
  copies: readonly Buffer[],
): Promise<TextRow[]> {
  const client = await pool.connect();
  try {
    const rows = await new Promise<TextRow[]>((resolve, reject) => {
      client.query(new OneTrip(statements, copies, resolve, reject));
    });
    client.release();
    return rows;
  } catch (error) {
    // What PostgreSQL refuses is rolled back already; after any other error the outcome is unknown.
    const refused = error instanceof DatabaseError && error.severity === 'ERROR';
    client.release(refused ? undefined : (error as Error));
    throw error;
  }
}

/** Speaks to pg's client as its own queries do. */
class OneTrip implements Submittable {
  readonly query_timeout = TIMEOUT_MS;
  private readonly rows: TextRow[] = [];

  constructor(
    private readonly statements: string,
    private readonly copies: readonly Buffer[],
    private readonly resolve: (rows: TextRow[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.statements);
    for (const data of this.copies) {
      const head = Buffer.allocUnsafe(5);
      head[0] = COPY_DATA;
      head.writeInt32BE(data.length + 4, 1);
      stream.write(head);
      stream.write(data);
      stream.write(COPY_DONE);
    }
    stream.uncork();
  }

  /** Replaced by pg's client with one that ends its timer. */
  callback(_error?: Error): void {
    // Nothing to do where there is no timer.
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.rows.push(fields);
  }

  handleReadyForQuery(): void {
    this.callback();
    this.resolve(this.rows);
  }

  handleError(error: Error): void {
    this.callback(error);
    this.reject(error);
  }

  handleCopyInResponse(): void {
    // The data is on its way already.
  }

  handleRowDescription(): void {
    // Everything is read as text.
  }

  handleCommandComplete(): void {
    // Nothing counts before the commit.
  }
}
