/** Asks the database whether it is there and whether its schema is up to date. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { SingleFlight } from '../common/single-flight.js';

/** What one look at the database found. */
export interface DatabaseState {
  reachable: boolean;
  migrated: boolean;
}

/** What the database says of itself. */
export interface DatabaseFacts {
  version: string;
  sizeBytes: number;
}

const FACTS = {
  sqlite: `SELECT sqlite_version() AS version, page_count * page_size AS size
    FROM pragma_page_count(), pragma_page_size()`,
  postgres: `SELECT current_setting('server_version') AS version,
    pg_database_size(current_database()) AS size`,
} as const;

/** A database that takes longer to say yes is not ready. */
const TIMEOUT_MS = 2_000;
/** PostgreSQL looks at every file of every partition to tell the size. */
const FACTS_MS = 60_000;

/** Probes the database; however many ask, one probe is under way. */
@Injectable()
export class DatabaseProbeStore {
  private migrated = false;
  private readonly asking = new SingleFlight(() => this.ask());

  private known: { at: number; facts: Promise<DatabaseFacts> } | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Never rejects, and answers within two seconds. */
  probe(): Promise<DatabaseState> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DatabaseState>((resolve) => {
      timer = setTimeout(resolve, TIMEOUT_MS, { reachable: false, migrated: this.migrated });
    });
    return Promise.race([this.asking.run(), late]).finally(() => clearTimeout(timer));
  }

  /** Its version and its size on disk, as of the last minute. */
  facts(): Promise<DatabaseFacts> {
    const now = this.clock.now();
    if (this.known === null || now - this.known.at >= FACTS_MS) {
      const facts = this.readFacts();
      this.known = { at: now, facts };
      facts.catch(() => {
        // The caller is told; the next one asks again.
        this.known = null;
      });
    }
    return this.known.facts;
  }

  private async readFacts(): Promise<DatabaseFacts> {
    const isSqlite = this.dataSource.options.type === 'better-sqlite3';
    const [row] = await this.dataSource.query<{ version: string; size: string | number }[]>(
      FACTS[isSqlite ? 'sqlite' : 'postgres'],
    );
    return { version: row?.version ?? '', sizeBytes: Number(row?.size ?? 0) };
  }

  private async ask(): Promise<DatabaseState> {
    try {
      await this.dataSource.query('SELECT 1');
      this.migrated ||= !(await this.dataSource.showMigrations());
      return { reachable: true, migrated: this.migrated };
    } catch {
      // The answer says so; a probe every few seconds must not fill the log.
      return { reachable: false, migrated: this.migrated };
    }
  }
}
