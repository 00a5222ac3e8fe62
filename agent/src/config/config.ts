/** The agent's settings, checked: from flags, then environment, then a JSON file. */

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { TEXT_LIMITS, toSampleText } from '../../../src/contracts/index.js';
import { readHostname } from '../host/host-name.js';
import { errorCode, errorMessage, UsageError } from '../shared/errors.js';
import { LOG_LEVELS, type LogLevel } from '../shared/log.js';
import { rootsOf } from '../shared/roots.js';
import { parseDuration, parseSize } from '../shared/units.js';
import { type GivenSettings, SETTINGS } from './settings.js';

/** Everything the agent was told. */
export interface AgentConfig {
  server: URL;
  enrollmentKey: string | null;
  apiKey: string | null;
  name: string;
  intervalMs: number;
  transport: 'http' | 'websocket';
  stateDir: string;
  /** Where the host's root is mounted; `null` if it is that of this process. */
  hostRoot: string | null;
  tags: string[];
  caFile: string | null;
  spoolMaxBytes: number;
  spoolMaxAgeMs: number;
  fingerprint: string | null;
  evidence: boolean;
  logLevel: LogLevel;
  /** The settings that somebody gave, in their own words. */
  given: GivenSettings;
}

/** What the settings are read from; injected in tests. */
export interface ConfigSources {
  flags: Readonly<Record<string, string | boolean | undefined>>;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** True if the agent runs as the system's administrator. */
  root: boolean;
  /** True if a tree that was recorded elsewhere will do as the host's root. */
  recorded?: boolean;
  readFile?(path: string): string;
}

const MINIMUM_INTERVAL_MS = 100;
const MAXIMUM_INTERVAL_MS = 10 * 60_000;

/** Reads and checks all settings. Throws `UsageError` that names the setting, its fault and a good value. */
export function loadConfig(sources: ConfigSources): AgentConfig {
  const given = gather(sources);
  const text = (flag: keyof GivenSettings) => given[flag]?.text ?? null;
  const checked = <value>(
    flag: keyof GivenSettings,
    fallback: value,
    parse: (text: string) => value | null,
    fault: string,
  ): value => {
    const value = given[flag];
    if (!value) return fallback;
    const parsed = parse(value.text);
    if (parsed === null) throw new UsageError(`${value.origin}: "${value.text}" ${fault}`);
    return parsed;
  };
  const hostRoot = checkHostRoot(given['host-root'], sources);
  return {
    server: checked(
      'server',
      new URL('http://localhost:8080'),
      parseServer,
      'is not the address of a server: it needs http:// or https://, e.g. https://monitor.example.com',
    ),
    enrollmentKey: checked('enrollment-key', null, parseKey, 'is no key; keys have no blanks'),
    apiKey: checked('api-key', null, parseKey, 'is no key; keys have no blanks'),
    name:
      toSampleText(
        (text('name') ?? readHostname(rootsOf(hostRoot))).trim(),
        TEXT_LIMITS.machineName,
      ) || 'unnamed',
    intervalMs: checked(
      'interval',
      5_000,
      (value) => inRange(parseDuration(value), MINIMUM_INTERVAL_MS, MAXIMUM_INTERVAL_MS),
      'is not a duration from 100ms to 10m; a good one is 5s',
    ),
    transport: checked(
      'transport',
      'http',
      (value) => (value === 'http' || value === 'websocket' ? value : null),
      'is neither http nor websocket',
    ),
    hostRoot,
    stateDir: text('state-dir') ?? defaultStateDir(sources),
    tags: checked('tags', [], parseTags, 'is more than 32 tags, or one of more than 64 characters'),
    caFile: text('ca-file'),
    spoolMaxBytes: checked(
      'spool-max-bytes',
      64e6,
      (value) => inRange(parseSize(value), 256e3, 1e12),
      'is no size of at least 256kB; a good one is 64MB',
    ),
    spoolMaxAgeMs: checked(
      'spool-max-age',
      7 * 86_400_000,
      (value) => inRange(parseDuration(value), 60_000, 3_650 * 86_400_000),
      'is not a duration of at least 1m; a good one is 7d',
    ),
    fingerprint: text('fingerprint'),
    evidence: checked('no-evidence', true, parseSwitch, 'is neither true nor false'),
    logLevel: checked(
      'log-level',
      'info',
      (value) => LOG_LEVELS.find((level) => level === value.toLowerCase()) ?? null,
      `is none of ${LOG_LEVELS.join(', ')}`,
    ),
    given,
  };
}

/** The folder as the kernel names it. Throws `UsageError` if it cannot be the root of a Linux system. */
function checkHostRoot(
  given: GivenSettings['host-root'],
  { platform, recorded }: ConfigSources,
): string | null {
  if (!given) return null;
  const { text, origin } = given;
  if (platform !== 'linux' && !recorded) {
    throw new UsageError(`${origin} is for containers, which run on Linux`);
  }
  return checkTree(text, origin, recorded ? ['proc', 'sys'] : ['proc']);
}

/** The real path of a folder that holds one of `folders`. Throws `UsageError` that names `origin`. */
export function checkTree(text: string, origin: string, folders: readonly string[]): string {
  if (!statSync(text, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${origin}: "${text}" is not a folder`);
  }
  if (!folders.some((name) => existsSync(join(text, name)))) {
    throw new UsageError(
      `${origin}: "${text}" is not the root of a Linux system: it has no ${folders.join(' or ')} in it`,
    );
  }
  return realpathSync(text);
}

function gather({ flags, env, platform, root, readFile }: ConfigSources): GivenSettings {
  const named = (flags.config as string | undefined) ?? env.PROCSPY_AGENT_CONFIG;
  const path = named ?? defaultConfigFile(platform, env, root);
  const file = readConfigFile(path, named !== undefined, readFile ?? readUtf8);
  const given: GivenSettings = {};
  for (const { flag, variable, key } of SETTINGS) {
    const fromFlag = flags[flag];
    const fromEnv = env[variable];
    const fromFile = key === '' ? undefined : file[key];
    if (fromFlag !== undefined && fromFlag !== '') {
      // The only switch says "no".
      given[flag] = { text: fromFlag === true ? 'false' : String(fromFlag), origin: `--${flag}` };
    } else if (fromEnv !== undefined && fromEnv.trim() !== '') {
      given[flag] = { text: fromEnv.trim(), origin: variable };
    } else if (fromFile !== undefined) {
      given[flag] = { text: fromFile, origin: `"${key}" in ${path}` };
    }
  }
  return given;
}

function readUtf8(path: string): string {
  return readFileSync(path, 'utf8');
}

function readConfigFile(
  path: string,
  mustExist: boolean,
  readFile: (path: string) => string,
): Record<string, string> {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    if (!mustExist && ['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error))) return {};
    throw new UsageError(`cannot read the settings file ${path}: ${errorMessage(error)}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`the settings file ${path} is not JSON: ${errorMessage(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`the settings file ${path} must hold one JSON object`);
  }
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (!SETTINGS.some((setting) => setting.key === key)) {
      throw new UsageError(`the settings file ${path} has the unknown key "${key}"`);
    }
    if (Array.isArray(value)) values[key] = value.join(',');
    else if (['string', 'number', 'boolean'].includes(typeof value)) values[key] = String(value);
    else throw new UsageError(`"${key}" in ${path} must be a text, a number or true/false`);
  }
  return values;
}

/** Folder for the system's settings of the agent. */
export function systemConfigDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (platform === 'win32')
    return win32.join(env.ProgramData ?? 'C:\\ProgramData', 'procspy-agent');
  if (platform === 'darwin') return '/Library/Application Support/procspy-agent';
  return '/etc/procspy-agent';
}

/** Folder for the state of the service. */
export function systemStateDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (platform === 'win32') return win32.join(systemConfigDir(platform, env), 'state');
  if (platform === 'darwin') return posix.join(systemConfigDir(platform, env), 'state');
  return '/var/lib/procspy-agent';
}

function defaultConfigFile(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  root: boolean,
): string {
  const path = platform === 'win32' ? win32 : posix;
  if (root || platform === 'win32') return path.join(systemConfigDir(platform, env), 'config.json');
  return posix.join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'procspy-agent/config.json');
}

function defaultStateDir({ platform, env, root }: ConfigSources): string {
  // systemd names the folder of `StateDirectory=`.
  if (env.STATE_DIRECTORY) return env.STATE_DIRECTORY.split(':')[0] ?? env.STATE_DIRECTORY;
  if (root || platform === 'win32') return systemStateDir(platform, env);
  if (platform === 'darwin') {
    return posix.join(homedir(), 'Library/Application Support/procspy-agent/state');
  }
  return posix.join(env.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'procspy-agent');
}

function parseServer(text: string): URL | null {
  // `localhost:8080` alone would be a URL of the scheme "localhost".
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) return null;
  return url;
}

/** Keys travel in a header: visible ASCII only. */
function parseKey(text: string): string | null {
  return /^[\x21-\x7e]{1,512}$/.test(text) ? text : null;
}

function parseTags(text: string): string[] | null {
  const tags = text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  return tags.length <= 32 && tags.every((tag) => tag.length <= 64) ? tags : null;
}

function parseSwitch(text: string): boolean | null {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  return null;
}

function inRange(value: number | null, minimum: number, maximum: number): number | null {
  return value !== null && value >= minimum && value <= maximum ? value : null;
}
