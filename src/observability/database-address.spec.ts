import { databaseAddress } from './database-address.js';

const address = (url: string) => databaseAddress({ dialect: 'postgres', url });

describe('the address of the database', () => {
  it('is the file', () => {
    expect(databaseAddress({ dialect: 'sqlite', file: '/data/procspy.db' })).toBe(
      '/data/procspy.db',
    );
  });

  it.each([
    ['postgres://anna:s3cret@db.example.org:5433/procspy', 'db.example.org:5433/procspy'],
    ['postgresql://db/procspy?password=s3cret&sslmode=require', 'db/procspy'],
    ['postgres:///procspy?host=/var/run/postgresql&user=anna', '/var/run/postgresql/procspy'],
    ['postgres://anna:s3:cr@et@[/broken', 'a PostgreSQL server'],
  ])('tells no secret of %s', (url, expected) => {
    expect(address(url)).toBe(expected);
    expect(address(url)).not.toMatch(/s3|anna/);
  });
});
