/**
 * Queries by PostgreSQL's simple protocol with the data of their COPYs, which pg's own queries do not take.
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html, "Multiple Statements in a
 * Simple Query" and "COPY Operations".
 */
import { type Connection, DatabaseError, type Pool, type PoolClient, type Submittable } from 'pg';
import { CopyReader } from './copy-format.js';

/** Values of one row as text. */
export type TextRow = readonly (string | null)[];

/** A transaction that takes longer has a peer that hangs. */
const WRITE_TIMEOUT_MS = 15_000;
/** A little longer than the server's own limit of a statement. */
const READ_TIMEOUT_MS = 35_000;

const COPY_DATA = 'd'.charCodeAt(0);
/** The message CopyDone. */
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

const INITIAL_BYTES = 64 * 1024;

/**
 * A whole transaction in one round trip: runs `statements`, and right behind them travel the rows of their
 * COPYs, `copies` in their order. PostgreSQL runs the statements of one simple query as one transaction,
 * commits by itself, and passes over copy data that comes after a statement failed. Resolves with all rows
 * that the statements answered, after the commit; rejects with what PostgreSQL or the network said.
 */
export function inOneTrip(
  pool: Pool,
  statements: string,
  copies: readonly Buffer[],
): Promise<TextRow[]> {
  return onConnection(pool, (client) => run(client, new OneTrip(statements, copies)));
}

/**
 * The rows of a query by COPY: bytes come as they are, where other queries write them in hexadecimal.
 * Rejects with what PostgreSQL or the network said.
 */
export async function copyOut(db: Pool | PoolClient, query: string): Promise<CopyReader> {
  const copy = () => new CopyOut(`COPY (${query}) TO STDOUT (FORMAT binary)`);
  const bytes = await ('release' in db
    ? run(db, copy())
    : onConnection(db, (client) => run(client, copy())));
  return new CopyReader(bytes);
}

async function onConnection<result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<result>,
): Promise<result> {
  const client = await pool.connect();
  try {
    const outcome = await work(client);
    client.release();
    return outcome;
  } catch (error) {
    // What PostgreSQL refuses is rolled back already; after any other error the outcome is unknown.
    const refused = error instanceof DatabaseError && error.severity === 'ERROR';
    client.release(refused ? undefined : (error as Error));
    throw error;
  }
}

function run<result>(client: PoolClient, query: SimpleQuery<result>): Promise<result> {
  client.query(query);
  return query.done;
}

/** Speaks to pg's client as its own queries do. */
abstract class SimpleQuery<result> implements Submittable {
  abstract readonly query_timeout: number;
  /** Settles when PostgreSQL is ready for another query. */
  readonly done: Promise<result>;
  private resolve: (outcome: result) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(private readonly statements: string) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  protected abstract outcome(): result;

  submit(connection: Connection): void {
    connection.query(this.statements);
  }

  /** Replaced by pg's client with one that ends its timer. */
  callback(_error?: Error): void {
    // Nothing to do where there is no timer.
  }

  handleReadyForQuery(): void {
    this.callback();
    this.resolve(this.outcome());
  }

  handleError(error: Error): void {
    this.callback(error);
    this.reject(error);
  }

  handleRowDescription(): void {
    // Everything is read as text.
  }

  handleCommandComplete(): void {
    // Nothing counts before the commit.
  }
}

class OneTrip extends SimpleQuery<TextRow[]> {
  readonly query_timeout = WRITE_TIMEOUT_MS;
  private readonly rows: TextRow[] = [];

  constructor(
    statements: string,
    private readonly copies: readonly Buffer[],
  ) {
    super(statements);
  }

  override submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    super.submit(connection);
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

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.rows.push(fields);
  }

  handleCopyInResponse(): void {
    // The data is on its way already.
  }

  protected outcome(): TextRow[] {
    return this.rows;
  }
}

class CopyOut extends SimpleQuery<Buffer> {
  readonly query_timeout = READ_TIMEOUT_MS;
  private bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  private length = 0;

  /** The chunk is a part of what pg reads into next. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    const length = this.length + chunk.length;
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * length);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    chunk.copy(this.bytes, this.length);
    this.length = length;
  }

  protected outcome(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
