/**
 * `npm run dev`: the server, built from its sources and started again after a change; the page with hot reload; an agent. `npm run dev -- --demo` adds a fleet that does not exist.
 * All settings of the server count; PROCSPY_DEV_DIR holds data and builds (.dev), PROCSPY_PAGE_PORT is
 * where the page is (5173), PROCSPY_DEV_SOURCE another copy of src/ to watch.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { shared as agentOptions } from '../agent/build-options.mjs';
import { shared as serverOptions } from './bundle-server.mjs';
import { endChild, messageOf, runCommand, say, startChild } from './lib/children.mjs';
import { call, createRules, enrollFleet, pushHistory, pushLive } from './lib/demo-fleet.mjs';
import { typescriptSource } from './lib/typescript-source.mjs';
import { vendorBundle } from './lib/vendor-bundle.mjs';
import { watchFolders } from './lib/watch-folders.mjs';
import { requireNode } from './require-node.mjs';

requireNode('procspy');
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEV_DIR = resolve(process.env.PROCSPY_DEV_DIR || join(ROOT, '.dev'));
const SOURCE = resolve(process.env.PROCSPY_DEV_SOURCE || join(ROOT, 'src'));
const PAGE_PORT = Number(process.env.PROCSPY_PAGE_PORT || 5173);
const IS_DEMO = process.argv.includes('--demo');
const BUILD_ONLY = process.argv.includes('--build-only');
const DATA_DIR = resolve(process.env.PROCSPY_DATA_DIR || join(DEV_DIR, IS_DEMO ? 'demo' : 'data'));
/** Below the root, where Node finds what is not bundled. */
const SERVER = join(DEV_DIR, 'server', 'procspy-server.mjs');
const AGENT = join(DEV_DIR, 'agent', 'procspy-agent.mjs');
const ADMIN_EMAIL = 'demo@example.org';

let server;
let agent;
let page;
let port = process.env.PORT;
let stopLive = async () => undefined;
let isStopping = false;
const closing = [];

/** What is built from TypeScript, anew in a fraction of a second. */
const builds = {
  server: await context({
    ...serverOptions,
    entryPoints: [join(SOURCE, 'main.ts')],
    outfile: SERVER,
    keepNames: true,
    logLevel: 'silent',
    logOverride: { 'duplicate-object-key': 'silent' },
    plugins: [typescriptSource(), vendorBundle(join(DEV_DIR, 'vendor'))],
  }),
  agent: await context({
    ...agentOptions,
    outfile: AGENT,
    format: 'esm',
    minify: false,
    sourcemap: 'linked',
    logLevel: 'silent',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  }),
};

/** Builds one of the programs; false, and the reason on the terminal, if its source is faulty. */
async function rebuild(name) {
  const began = performance.now();
  try {
    await builds[name].rebuild();
    say('dev', `built the ${name} in ${Math.round(performance.now() - began)} ms`);
    return true;
  } catch (error) {
    say('dev', error.message);
    return false;
  }
}

/** A secret that is made once and kept with the data. */
function keptSecret(name) {
  const file = join(DATA_DIR, name);
  if (!existsSync(file)) {
    mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

const enrollmentKey = process.env.PROCSPY_ENROLLMENT_KEY || keptSecret('enrollment-key');
const admin = IS_DEMO && {
  email: process.env.PROCSPY_ADMIN_EMAIL || ADMIN_EMAIL,
  password: process.env.PROCSPY_ADMIN_PASSWORD || keptSecret('admin-password'),
};

/** Starts the server; answers what it says when it is live, `null` if it ended instead. */
async function startServer() {
  const child = startChild('server', ['--enable-source-maps', SERVER, '--readable-log'], {
    HOST: '127.0.0.1',
    ...process.env,
    ...(port && { PORT: port }),
    // The page is at the root of Vite's server.
    PROCSPY_BASE_PATH: '',
    PROCSPY_DATA_DIR: DATA_DIR,
    PROCSPY_ENROLLMENT_KEY: enrollmentKey,
    ...(admin && {
      PROCSPY_ADMIN_EMAIL: admin.email,
      PROCSPY_ADMIN_PASSWORD: admin.password,
      PROCSPY_INGEST_RATE_LIMIT: '1000000',
    }),
  });
  server = child;
  child.once('exit', (code, signal) => {
    if (server === child) {
      server = undefined;
      say('dev', `the server ended (${signal ?? `exit code ${code}`}); waiting for a change`);
    }
  });
  const message = await messageOf(child);
  // After a restart at the same port, so that page and agent find it again.
  port = message ? new URL(message.url).port : port;
  return message;
}

async function restartServer() {
  if (await rebuild('server')) {
    const began = performance.now();
    const old = server;
    server = undefined;
    await endChild(old);
    const message = isStopping ? null : await startServer();
    if (message) {
      say('dev', `restarted the server in ${Math.round(performance.now() - began)} ms`);
      await startOnce(message);
    }
  }
}

function startAgent() {
  const child = startChild('agent', ['--enable-source-maps', AGENT, 'run'], {
    ...process.env,
    PROCSPY_SERVER_URL: `http://127.0.0.1:${port}`,
    PROCSPY_ENROLLMENT_KEY: enrollmentKey,
    PROCSPY_STATE_DIR: join(DATA_DIR, 'agent'),
  });
  agent = child;
  child.once('exit', (code, signal) => {
    if (agent === child && !isStopping) {
      say('dev', `the agent ended (${signal ?? `exit code ${code}`}); waiting for a change`);
    }
  });
}

async function restartAgent() {
  if (await rebuild('agent')) {
    const old = agent;
    agent = undefined;
    await endChild(old);
    if (!isStopping) {
      startAgent();
    }
  }
}

/** Runs `job` after a change; changes while it runs make it run once more, never twice at a time. */
function oneAtATime(job) {
  let running;
  let again = false;
  return () => {
    again = true;
    running ??= (async () => {
      while (again && !isStopping) {
        again = false;
        await job();
      }
      running = undefined;
    })();
    return running;
  };
}

/** The page with hot reload; what is not of the page goes on to the server. */
async function startPage() {
  const { createServer, createLogger } = await import('vite');
  process.env.PROCSPY_SERVER_URL = `http://127.0.0.1:${port}`;
  const logger = createLogger('info', { allowClearScreen: false });
  const tell = (text) => say('page', text);
  Object.assign(logger, {
    info: tell,
    warn: tell,
    // While the server restarts nobody answers.
    error: (text) => /ECONNREFUSED|ECONNRESET/.test(text) || tell(text),
  });
  page = await createServer({
    root: join(ROOT, 'dashboard'),
    configFile: join(ROOT, 'dashboard', 'vite.config.ts'),
    cacheDir: join(DEV_DIR, 'vite'),
    customLogger: logger,
    server: { port: PAGE_PORT },
  });
  await page.listen();
  return page.resolvedUrls.local[0].replace(/\/$/, '');
}

/** Once the server is live for the first time: page, agent, demo data. */
let isStarted = false;
async function startOnce(message) {
  if (isStarted || !message) {
    return;
  }
  isStarted = true;
  const { url, setupUrl } = message;
  const pageUrl = await startPage();
  startAgent();
  if (admin) {
    await startDemo();
  }
  const lines = [
    '',
    `procspy is live at ${pageUrl} (its server at ${url})`,
    ...(admin ? [`E-mail: ${admin.email}  Password: ${admin.password}`] : []),
    ...(setupUrl ? [`First sign-in: open ${setupUrl.replace(url, pageUrl)}`] : []),
    'A change restarts what it concerns. Stop with Ctrl-C.',
    '',
  ];
  process.stdout.write(`${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n`);
}

async function startDemo() {
  const url = `http://127.0.0.1:${port}`;
  const machines = await enrollFleet(url, enrollmentKey);
  const marker = join(DATA_DIR, 'has-demo-history');
  if (!existsSync(marker)) {
    say('dev', 'making a day and a half of history …');
    await pushHistory(url, machines);
    const { access_token } = await call(url, '/auth/login', undefined, admin);
    await createRules(url, access_token);
    writeFileSync(marker, '');
  }
  // A push that meets a restart is lost; the next one comes soon.
  stopLive = pushLive(url, machines, () => undefined);
}

async function stop() {
  isStopping = true;
  for (const close of closing) {
    close();
  }
  await stopLive();
  // The agent first, so that its last sample still finds the server.
  await endChild(agent);
  const last = server;
  server = undefined;
  await endChild(last);
  await page?.close();
  await Promise.all(Object.values(builds).map((build) => build.dispose()));
}

async function start(end) {
  const isBuilt = await Promise.all([rebuild('server'), rebuild('agent')]);
  if (BUILD_ONLY) {
    return end(isBuilt.every(Boolean) ? 0 : 1);
  }
  const onServerChange = oneAtATime(restartServer);
  const onAgentChange = oneAtATime(restartAgent);
  closing.push(
    watchFolders([SOURCE], (file) => {
      say('dev', `${relative(ROOT, file)} changed`);
      onServerChange();
    }),
    watchFolders([join(ROOT, 'agent', 'src')], (file) => {
      say('dev', `${relative(ROOT, file)} changed`);
      onAgentChange();
    }),
  );
  if (isBuilt[0]) {
    await startOnce(await startServer());
  }
}

runCommand(start, stop);
