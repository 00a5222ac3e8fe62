/** The command palette in a real browser. */
import type { Browser } from 'playwright-core';
import { register } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { accessibilityFaults } from './axe.js';
import { launchBrowser } from './browser.js';
import { push, signedIn, surprises } from './dashboard-page.js';

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

let browser: Browser;
let server: TestServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer({ database: 'sqlite' })]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('the command palette', () => {
  it('leads to machines, pages and actions by the keyboard alone', async () => {
    for (const name of ['web-1', 'web-2', 'nas']) {
      await push(server, await register(server, name), { cpu: 10 });
    }
    const watched = await signedIn(browser, server, '/alerts');
    const { page } = watched;
    const field = page.getByRole('combobox', { name: 'Machine, page or action' });

    await page.getByText('Live', { exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await field.fill('web-');
    await page.getByRole('option', { name: /^web-2/ }).waitFor();
    expect(await page.getByRole('option').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'web-2', level: 1 }).waitFor();
    await field.waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await field.fill('rules');
    await page.getByRole('option', { name: 'Alert rules' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/alerts/rules');

    await page.getByRole('button', { name: 'Go to' }).click();
    await field.fill('nothing of this name');
    await page.getByText('Nothing matches.').waitFor();
    await field.fill('dark');
    await page.getByRole('option', { name: 'Dark colour scheme' }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();

    await page.keyboard.press('Control+k');
    await field.waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    expect(surprises(watched)).toEqual([]);
    await watched.close();
  });
});
