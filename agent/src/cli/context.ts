/** What every command works with, made from the command line and the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { type AgentConfig, loadConfig, systemStateDir } from '../config/config.js';
import { HttpClient } from '../http/http-client.js';
import { IdentityStore } from '../identity/identity.js';
import { ENVIRONMENT_FILE, settingsOfService } from '../service/environment-file.js';
import { errorCode, errorMessage, UsageError } from '../shared/errors.js';
import { createLog, type Log } from '../shared/log.js';
import { AGENT_VERSION } from '../shared/version.js';

/** Exit codes: 0 is well. */
export const EXIT = { failed: 1, usage: 2, notRunning: 3 } as const;

/** True if the agent runs as the system's administrator. */
export function isAdministrator(): boolean {
  return process.getuid?.() === 0;
}

/** What an administrator asks of the agent is asked of the service, with the settings that it keeps. */
function takeServiceSettings(server: string | undefined): void {
  if (process.platform !== 'linux' || !isAdministrator()) return;
  let text: string;
  try {
    text = readFileSync(ENVIRONMENT_FILE, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new UsageError(`cannot read ${ENVIRONMENT_FILE}: ${errorMessage(error)}`);
  }
  for (const [name, value] of Object.entries(settingsOfService(text, server))) {
    process.env[name] ??= value;
  }
}

/**
 * The settings for this process; the server is the one where this machine is registered if nobody
 * named another. Throws `UsageError`.
 */
export function readConfig(
  flags: Record<string, string | boolean | undefined>,
  { recorded = false } = {},
): AgentConfig {
  takeServiceSettings((flags.server as string | undefined) ?? process.env.PROCSPY_SERVER_URL);
  const config = loadConfig({
    flags,
    env: process.env,
    platform: process.platform,
    root: isAdministrator(),
    recorded,
  });
  if (config.given.server) return config;
  const registered = new IdentityStore(config.stateDir).load()?.server;
  if (registered === undefined || !URL.canParse(registered)) return config;
  return { ...config, server: new URL(registered) };
}

/** Why this user sees nothing of the agent that is installed as a service; `null` if there is none. */
export function serviceElsewhere({ stateDir }: AgentConfig): string | null {
  const folder = systemStateDir(process.platform, process.env);
  if (isAdministrator() || stateDir === folder || !existsSync(folder)) return null;
  return `the service keeps its state in ${folder}: ask as an administrator (sudo)`;
}

/** Log lines on standard error; the journal adds its own time. */
export function makeLog(config: AgentConfig): Log {
  const stamps = process.env.JOURNAL_STREAM === undefined;
  return createLog(config.logLevel, (line) => process.stderr.write(line), Date.now, stamps);
}

/** The certificate authority that was named. Throws `UsageError` if the file is none. */
export function readCa(config: AgentConfig): string | undefined {
  if (config.caFile === null) return undefined;
  let ca: string;
  try {
    ca = readFileSync(config.caFile, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read --ca-file ${config.caFile}: ${errorMessage(error)}`);
  }
  if (ca.includes('-----BEGIN CERTIFICATE-----')) return ca;
  throw new UsageError(`--ca-file ${config.caFile} does not contain a PEM certificate`);
}

/** The connection to the configured server. */
export function makeClient(
  config: AgentConfig,
  ca: string | undefined,
  timeoutMs?: number,
): HttpClient {
  return new HttpClient({
    server: config.server,
    env: process.env,
    userAgent: `procspy-agent/${AGENT_VERSION}`,
    ...(ca === undefined ? {} : { ca }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** Writes a line, or an object as JSON, to standard output. */
export function print(value: string | object): void {
  process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}
