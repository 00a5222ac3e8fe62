/** A real headless Chromium: one that is installed, else the one that comes from npm. */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { waitFor } from '../helpers/wait.js';

/** Where browsers are installed on Linux, macOS and Windows. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];

/** Quiet, without a GPU, and without calls to anywhere but the pages under test. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What starts a browser. */
interface BrowserCommand {
  executablePath: string;
  env?: NodeJS.ProcessEnv;
}

/** Set `PROCSPY_CHROMIUM` to a browser's path, or to `npm` to take the one from npm. */
async function findBrowser(): Promise<BrowserCommand> {
  const wanted = process.env.PROCSPY_CHROMIUM;
  if (wanted === 'npm') return browserFromNpm();
  if (wanted) {
    if (existsSync(wanted)) return { executablePath: wanted };
    throw new Error(`PROCSPY_CHROMIUM names ${wanted}, which does not exist`);
  }
  const executablePath = INSTALLED.find((path) => existsSync(path));
  return executablePath === undefined ? browserFromNpm() : { executablePath };
}

/**
 * Unpacks the browser that comes from npm. It brings the libraries that a bare system lacks, but
 * gives them out only on the cloud service that it was made for: so it is told to be there.
 */
async function browserFromNpm(): Promise<BrowserCommand> {
  const before = { ...process.env };
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x';
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    // Its own arguments switch off what pages are protected by: they are left out.
    const executablePath = await oneAtATime(() => packaged.executablePath());
    return { executablePath, env: { ...process.env } };
  } finally {
    for (const name of ['AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** Unpacking takes seconds, in which another test file would start a browser that is half there. */
const GUARD = join(tmpdir(), 'procspy-chromium.guard');
const GUARD_MS = 60_000;

async function oneAtATime<result>(unpack: () => Promise<result>): Promise<result> {
  await waitFor('others to have unpacked the browser', takeGuard, 1.5 * GUARD_MS, 100);
  try {
    return await unpack();
  } finally {
    rmSync(GUARD, { recursive: true, force: true });
  }
}

function takeGuard(): boolean {
  try {
    mkdirSync(GUARD);
    return true;
  } catch {
    const made = statSync(GUARD, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    // Left by a test run that was killed.
    if (Date.now() - made > GUARD_MS) rmSync(GUARD, { recursive: true, force: true });
    return false;
  }
}

/** Starts the browser, in `environment` beside its own; close it when the tests are done. */
export async function launchBrowser(environment: NodeJS.ProcessEnv = {}): Promise<Browser> {
  const { executablePath, env = process.env } = await findBrowser();
  return chromium.launch({
    executablePath,
    env: { ...env, ...environment } as Record<string, string>,
    args: ARGUMENTS,
    timeout: 60_000,
  });
}

/** A page in a profile of its own that remembers everything that went wrong in it. */
export interface WatchedPage {
  page: Page;
  /** Console errors and warnings, uncaught errors, dialogs, requests to other hosts. */
  problems: string[];
  close(): Promise<void>;
}

/** What Playwright writes into the console where a page may have no service worker. */
const WORKER_BLOCKED = 'Service Worker registration blocked by Playwright';

/** Opens a page at `baseURL`'s server. */
export async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1280, height: 800 },
    // The browser from npm takes POSIX's locale for a language, which no page can use.
    locale: 'en-GB',
    // They would hide requests from tests that delay or refuse some.
    serviceWorkers: 'block',
    ...options,
  });
  // Pages, servers and other test files share two cores.
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.text() === WORKER_BLOCKED) return;
    if (message.type() === 'error' || message.type() === 'warning') {
      problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch((error: unknown) => problems.push(String(error)));
  });
  const { host } = new URL(baseURL);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host && !['data:', 'blob:'].includes(url.protocol)) {
      problems.push(`request to another host: ${request.url()}`);
    }
  });
  return { page, problems, close: () => context.close() };
}
