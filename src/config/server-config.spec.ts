import { StartError } from '../common/errors.js';
import { readServerConfig } from './server-config.js';

describe('server settings', () => {
  it('all have a default', () => {
    const config = readServerConfig({ PROCSPY_DATA_DIR: '/srv/procspy' });
    expect(config).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      database: { dialect: 'sqlite', file: '/srv/procspy/procspy.db' },
      authRequired: true,
      metricsPublic: false,
      retention: { raw: 30 * 86_400_000, '1m': 90 * 86_400_000, '1h': 730 * 86_400_000 },
      storageBudgetBytes: null,
      trustProxy: false,
      basePath: '',
      admin: null,
    });
  });

  it('take an empty value for an absent one, as compose files write it', () => {
    expect(readServerConfig({ PORT: '', REDIS_URL: ' ' })).toMatchObject({
      port: 8080,
      redisUrl: null,
    });
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:p@db:5432/procspy', { dialect: 'postgres' }],
    ['DATABASE_URL', 'sqlite:/var/lib/p.db', { dialect: 'sqlite', file: '/var/lib/p.db' }],
  ])('read %s=%s', (name, value, database) => {
    expect(readServerConfig({ [name]: value }).database).toMatchObject(database);
  });

  it.each([
    ['/procspy', '/procspy'],
    ['/tools/procspy/', '/tools/procspy'],
    ['/', ''],
  ])('read PROCSPY_BASE_PATH=%s', (value, basePath) => {
    expect(readServerConfig({ PROCSPY_BASE_PATH: value }).basePath).toBe(basePath);
  });

  it.each(['procspy', 'https://x.test/procspy', '//x', '/a/../b', '/a b', '/a?b', '/"', '/api/x'])(
    'refuse the base path %s',
    (value) => {
      expect(() => readServerConfig({ PROCSPY_BASE_PATH: value })).toThrow(
        `PROCSPY_BASE_PATH: "${value}" is not a path that starts with / and differs from the server's own; for example: /procspy`,
      );
    },
  );

  it.each([
    ['PORT', '80a', 'PORT: "80a" is not a whole number from 0 to 65535; for example: 8080'],
    ['PORT', '70000', 'PORT: "70000" is not a whole number'],
    ['DATABASE_URL', 'mysql://x', 'DATABASE_URL: "mysql://x" is neither'],
    ['PROCSPY_RETENTION_RAW', 'week', 'PROCSPY_RETENTION_RAW: "week" is no duration'],
    ['PROCSPY_RETENTION_1M', '5m', 'PROCSPY_RETENTION_1M: "5m" is no duration from an hour'],
    [
      'PROCSPY_RETENTION_RAW',
      '100d',
      'PROCSPY_RETENTION_1M: is shorter than PROCSPY_RETENTION_RAW',
    ],
    ['PROCSPY_RETENTION_1M', '3y', 'PROCSPY_RETENTION_1H: is shorter than PROCSPY_RETENTION_1M'],
    ['PROCSPY_STORAGE_BUDGET', 'much', 'PROCSPY_STORAGE_BUDGET: "much" is no size'],
    ['PROCSPY_STORAGE_BUDGET', '0GB', 'PROCSPY_STORAGE_BUDGET: "0GB" is no size of at least'],
    ['PROCSPY_TRUST_PROXY', '999.9.9.9', 'PROCSPY_TRUST_PROXY: "999.9.9.9" is neither'],
    ['PROCSPY_TRUST_PROXY', '10.0.0.0/99', 'PROCSPY_TRUST_PROXY: "10.0.0.0/99" is neither'],
    ['PROCSPY_AUTH_REQUIRED', 'yes', 'PROCSPY_AUTH_REQUIRED: "yes" is neither true nor false'],
    ['PROCSPY_CORS_ORIGINS', 'example.com', 'PROCSPY_CORS_ORIGINS: "example.com" has an entry'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL: "loud" is no log level'],
    ['PROCSPY_ADMIN_EMAIL', 'a@b.c', 'PROCSPY_ADMIN_PASSWORD: is missing'],
  ])('refuse %s=%s in one line', (name, value, message) => {
    const read = () => readServerConfig({ [name]: value });
    expect(read).toThrow(StartError);
    expect(read).toThrow(message);
  });

  it.each(['JWT_SECRET', 'PROCSPY_ENROLLMENT_KEY'])('never print a faulty %s', (name) => {
    expect(() => readServerConfig({ [name]: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
