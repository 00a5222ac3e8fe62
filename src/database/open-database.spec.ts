import { requirePostgres } from './open-database.js';

describe('the version of PostgreSQL', () => {
  it.each([130_022, 90_624])('%i is refused in one line', (version) => {
    expect(() => requirePostgres(version)).toThrow(
      /^DATABASE_URL: this is PostgreSQL \d+; procspy needs PostgreSQL 14 or later$/,
    );
  });

  it.each([140_000, 180_004])('%i will do', (version) => {
    expect(() => requirePostgres(version)).not.toThrow();
  });
});
