/** What tests of the dashboard do again and again. */
import type { Browser, Page } from 'playwright-core';
import { call, sample, type TestMachine } from '../helpers/api.js';
import { ADMIN, type TestServer } from '../helpers/server.js';
import { openPage, type WatchedPage } from './browser.js';

/** What went wrong in the page beyond what the test provoked. */
export function surprises({ problems }: WatchedPage, ...provoked: RegExp[]): string[] {
  return problems.filter((problem) => !provoked.some((pattern) => pattern.test(problem)));
}

/** Pushes one sample, as of now unless `values` say otherwise. */
export async function push(
  server: TestServer,
  machine: TestMachine,
  values: object,
): Promise<void> {
  const json = sample(machine, values);
  const answer = await call(server, 'POST', '/api/v1/metrics', { key: machine.api_key, json });
  if (answer.status !== 200) throw new Error(`push refused: ${JSON.stringify(answer.body)}`);
}

/** Fills in the form of the sign-in page. */
export async function signIn(
  page: Page,
  password = ADMIN.password,
  email = ADMIN.email,
): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A signed-in page at `path`. */
export async function signedIn(
  browser: Browser,
  server: TestServer,
  path = '/',
  who = ADMIN,
): Promise<WatchedPage> {
  const watched = await openPage(browser, server.url);
  await watched.page.goto(`/login?next=${encodeURIComponent(path)}`);
  await signIn(watched.page, who.password, who.email);
  await watched.page.waitForURL((url) => url.pathname + url.search === path);
  return watched;
}
