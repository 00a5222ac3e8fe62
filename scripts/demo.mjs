/**
 * `npm run demo`: the server on a temporary folder, with a fleet that does not exist: a day and a half
 * of history, alerts and live values. PORT, HOST and LOG_LEVEL count; Ctrl-C removes everything.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build-stale.mjs';
import { endChild, messageOf, runCommand, say, startChild } from './lib/children.mjs';
import { call, createRules, enrollFleet, pushHistory, pushLive } from './lib/demo-fleet.mjs';
import { requireNode } from './require-node.mjs';

requireNode('procspy');
const SERVER = fileURLToPath(new URL('../dist/bundle/procspy-server.mjs', import.meta.url));
const ADMIN = { email: 'demo@example.org', password: randomBytes(9).toString('base64url') };
const ENROLLMENT_KEY = randomBytes(24).toString('hex');

let folder;
let server;
let stopLive = async () => undefined;
let isStopping = false;

async function stop() {
  isStopping = true;
  await stopLive();
  await endChild(server);
  if (folder) {
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(end) {
  buildStale();
  folder = await mkdtemp(join(tmpdir(), 'procspy-demo-'));
  // Nothing that leads to a database or a Redis of this machine's user.
  const { PATH, HOME, SYSTEMROOT, PORT, HOST = '127.0.0.1', LOG_LEVEL = 'warn' } = process.env;
  server = startChild('server', [SERVER, '--readable-log'], {
    PATH,
    ...(HOME && { HOME }),
    ...(SYSTEMROOT && { SYSTEMROOT }),
    ...(PORT && { PORT }),
    HOST,
    LOG_LEVEL,
    PROCSPY_DATA_DIR: folder,
    PROCSPY_ENROLLMENT_KEY: ENROLLMENT_KEY,
    PROCSPY_ADMIN_EMAIL: ADMIN.email,
    PROCSPY_ADMIN_PASSWORD: ADMIN.password,
    PROCSPY_INGEST_RATE_LIMIT: '1000000',
  });
  server.once('exit', (code) => end(code || 1));
  const message = await messageOf(server);
  if (!message) {
    return;
  }
  const { url } = message;
  say('demo', 'making a day and a half of history …');
  const machines = await enrollFleet(url, ENROLLMENT_KEY);
  await pushHistory(url, machines);
  const { access_token } = await call(url, '/auth/login', undefined, ADMIN);
  await createRules(url, access_token);
  if (isStopping) {
    return;
  }
  stopLive = pushLive(url, machines, (error) => say('demo', error.message));
  process.stdout.write(
    [
      '',
      `  procspy is live at ${url}`,
      `  E-mail:   ${ADMIN.email}`,
      `  Password: ${ADMIN.password}`,
      `  ${machines.length} machines that do not exist. Ctrl-C ends the demo and removes its data.`,
      '',
      '',
    ].join('\n'),
  );
}

runCommand(start, stop);
