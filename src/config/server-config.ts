/** The server's settings, read once from the environment; nothing else reads process.env. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { StartError } from '../common/errors.js';
import { parseByteSize, parseDuration } from './units.js';

/** Where the data is kept. */
export type DatabaseConfig =
  | { dialect: 'sqlite'; file: string }
  | { dialect: 'postgres'; url: string };

/** Every setting of the server, checked. Injectable by its class. */
export class ServerConfig {
  readonly port!: number;
  readonly host!: string;
  readonly dataDir!: string;
  readonly database!: DatabaseConfig;
  readonly redisUrl!: string | null;
  /** Set by the environment; otherwise generated and kept in the data directory. */
  readonly jwtSecret!: string | null;
  readonly admin!: { email: string; password: string } | null;
  readonly enrollmentKey!: string | null;
  readonly authRequired!: boolean;
  readonly metricsPublic!: boolean;
  /** How long each tier is kept, in milliseconds. */
  readonly retention!: { raw: number; '1m': number; '1h': number };
  /** Bytes that the metric tables may take; `null` is no limit. */
  readonly storageBudgetBytes!: number | null;
  /** Pushes that one key may make in a second. */
  readonly ingestRateLimit!: number;
  readonly corsOrigins!: string[];
  /** Proxies whose `X-Forwarded-*` headers count: none, whichever connects, or a list of addresses. */
  readonly trustProxy!: boolean | string[];
  /** The path under which a reverse proxy serves this server, such as `/procspy`; empty for the root. */
  readonly basePath!: string;
  readonly allowPrivateWebhooks!: boolean;
  readonly logLevel!: string;
}

type Environment = Record<string, string | undefined>;

/** Reads every setting from `environment`; throws StartError naming the first faulty variable. */
export function readServerConfig(environment: Environment): ServerConfig {
  const read = reader(environment);
  const dataDir = resolve(read.text('PROCSPY_DATA_DIR', './data'));
  const config: ServerConfig = {
    port: read.integer('PORT', 8080, 0, 65_535),
    host: read.text('HOST', '0.0.0.0'),
    dataDir,
    database: read.parsed('DATABASE_URL', parseDatabaseUrl, {
      fallback: { dialect: 'sqlite', file: resolve(dataDir, 'procspy.db') },
      fault: 'is neither a PostgreSQL nor a SQLite address',
      example: 'postgres://procspy:secret@localhost:5432/procspy or sqlite:/var/lib/procspy.db',
    }),
    redisUrl: read.parsed('REDIS_URL', (text) => (/^rediss?:\/\/./.test(text) ? text : null), {
      fallback: null,
      fault: 'is no Redis address',
      example: 'redis://localhost:6379',
    }),
    jwtSecret: read.parsed('JWT_SECRET', (text) => (text.length >= 32 ? text : null), {
      fallback: null,
      fault: 'is shorter than 32 characters',
      example: 'the output of: openssl rand -hex 32',
      secret: true,
    }),
    admin: readAdmin(read),
    enrollmentKey: read.parsed(
      'PROCSPY_ENROLLMENT_KEY',
      (text) => (text.length >= 16 ? text : null),
      {
        fallback: null,
        fault: 'is shorter than 16 characters',
        example: 'the output of: openssl rand -hex 32',
        secret: true,
      },
    ),
    authRequired: read.flag('PROCSPY_AUTH_REQUIRED', true),
    metricsPublic: read.flag('PROCSPY_METRICS_PUBLIC', false),
    retention: readRetention(read),
    storageBudgetBytes: read.parsed('PROCSPY_STORAGE_BUDGET', parseBudget, {
      fallback: null,
      fault: 'is no size of at least 100MB',
      example: '20GB',
    }),
    ingestRateLimit: read.integer('PROCSPY_INGEST_RATE_LIMIT', 100, 1, 1e9),
    corsOrigins: read.list('PROCSPY_CORS_ORIGINS', isOrigin, 'https://monitor.example.com'),
    trustProxy: read.parsed('PROCSPY_TRUST_PROXY', parseTrustProxy, {
      fallback: false,
      fault: 'is neither true, false nor a list of addresses',
      example: '127.0.0.1,10.0.0.0/8',
    }),
    basePath: read.parsed('PROCSPY_BASE_PATH', parseBasePath, {
      fallback: '',
      fault: "is not a path that starts with / and differs from the server's own",
      example: '/procspy',
    }),
    allowPrivateWebhooks: read.flag('PROCSPY_ALLOW_PRIVATE_WEBHOOKS', false),
    logLevel: read.parsed('LOG_LEVEL', parseLogLevel, {
      fallback: 'info',
      fault: 'is no log level',
      example: 'info (or trace, debug, warn, error, fatal, silent)',
    }),
  };
  return Object.assign(new ServerConfig(), config);
}

/** Hours are computed from minutes and minutes from samples: the source must not go first. */
function readRetention(read: ReturnType<typeof reader>): ServerConfig['retention'] {
  const retention = {
    raw: read.duration('PROCSPY_RETENTION_RAW', '30d'),
    '1m': read.duration('PROCSPY_RETENTION_1M', '90d'),
    '1h': read.duration('PROCSPY_RETENTION_1H', '2y'),
  };
  if (retention['1m'] < retention.raw) {
    throw new StartError(
      'PROCSPY_RETENTION_1M: is shorter than PROCSPY_RETENTION_RAW; for example: 90d',
    );
  }
  if (retention['1h'] < retention['1m']) {
    throw new StartError(
      'PROCSPY_RETENTION_1H: is shorter than PROCSPY_RETENTION_1M; for example: 2y',
    );
  }
  return retention;
}

function readAdmin(read: ReturnType<typeof reader>): ServerConfig['admin'] {
  const email = read.parsed(
    'PROCSPY_ADMIN_EMAIL',
    (text) => (/^[^@\s]+@[^@\s]+$/.test(text) ? text.toLowerCase() : null),
    { fallback: null, fault: 'is no e-mail address', example: 'admin@example.com' },
  );
  const password = read.parsed(
    'PROCSPY_ADMIN_PASSWORD',
    (text) => (text.length >= 10 ? text : null),
    {
      fallback: null,
      fault: 'is shorter than 10 characters',
      example: 'correct horse battery',
      secret: true,
    },
  );
  if ((email === null) !== (password === null)) {
    const absent = email === null ? 'PROCSPY_ADMIN_EMAIL' : 'PROCSPY_ADMIN_PASSWORD';
    throw new StartError(
      `${absent}: is missing; PROCSPY_ADMIN_EMAIL and PROCSPY_ADMIN_PASSWORD go together`,
    );
  }
  return email !== null && password !== null ? { email, password } : null;
}

function parseDatabaseUrl(text: string): DatabaseConfig | null {
  if (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)) {
    return { dialect: 'postgres', url: text };
  }
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(text)?.[1];
  return file ? { dialect: 'sqlite', file: resolve(file) } : null;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Below this not even a day of one machine would be kept. */
const MIN_BUDGET_BYTES = 100e6;

function parseBudget(text: string): number | null {
  const bytes = parseByteSize(text);
  return bytes !== null && bytes >= MIN_BUDGET_BYTES ? bytes : null;
}

function parseTrustProxy(text: string): boolean | string[] | null {
  if (text === 'true' || text === 'false') {
    return text === 'true';
  }
  const addresses = text.split(',').map((part) => part.trim());
  return addresses.every(isNetwork) ? addresses : null;
}

/** An IP address, or one with the length of a network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    bits > 0 &&
    rest.length === 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}

/** Letters that mean the same in an address, a cookie and a page; no segment of dots alone. */
const BASE_PATH = /^(?:\/(?!\.+(?:\/|$))[\w.~-]+)*\/?$/;
const OWN_PATHS = /^\/(?:api|assets|docs|health|metrics|socket\.io)(?:\/|$)/;

function parseBasePath(text: string): string | null {
  return BASE_PATH.test(text) && !OWN_PATHS.test(text) ? text.replace(/\/$/, '') : null;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function parseLogLevel(text: string): string | null {
  return LOG_LEVELS.includes(text) ? text : null;
}

const HOUR_MS = 3_600_000;
const CENTURY_MS = 100 * 366 * 24 * HOUR_MS;

interface ParsedSetting<value> {
  fallback: value;
  fault: string;
  example: string;
  /** The faulty value must not be printed. */
  secret?: boolean;
}

function reader(environment: Environment) {
  function given(name: string): string | undefined {
    const text = environment[name]?.trim();
    return text === '' ? undefined : text;
  }

  function parsed<value>(
    name: string,
    parse: (text: string) => value | null,
    setting: ParsedSetting<value>,
  ): value {
    const text = given(name);
    if (text === undefined) {
      return setting.fallback;
    }
    const value = parse(text);
    if (value === null) {
      const shown = setting.secret ? 'the value' : `"${text}"`;
      throw new StartError(`${name}: ${shown} ${setting.fault}; for example: ${setting.example}`);
    }
    return value;
  }

  return {
    parsed,
    text: (name: string, fallback: string) => given(name) ?? fallback,
    integer: (name: string, fallback: number, min: number, max: number) =>
      parsed(
        name,
        (text) =>
          /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : null,
        {
          fallback,
          fault: `is not a whole number from ${min} to ${max}`,
          example: String(fallback),
        },
      ),
    flag: (name: string, fallback: boolean) =>
      parsed(name, (text) => (text === 'true' ? true : text === 'false' ? false : null), {
        fallback,
        fault: 'is neither true nor false',
        example: String(!fallback),
      }),
    duration: (name: string, fallback: string) =>
      parsed(
        name,
        (text) => {
          const duration = parseDuration(text);
          return duration !== null && duration >= HOUR_MS && duration <= CENTURY_MS
            ? duration
            : null;
        },
        {
          fallback: parseDuration(fallback) ?? 0,
          fault: 'is no duration from an hour to 100 years',
          example: fallback,
        },
      ),
    list: (name: string, valid: (text: string) => boolean, example: string) =>
      parsed(
        name,
        (text) => {
          const parts = text.split(',').map((part) => part.trim());
          return parts.every(valid) ? parts : null;
        },
        { fallback: [], fault: 'has an entry that is no origin', example },
      ),
  };
}
