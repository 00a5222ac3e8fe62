/** Swagger UI under the content security policy, in a real browser. */
import { launchBrowser, openPage } from '../browser/browser.js';
import { startServer } from '../helpers/server.js';

// Pages, servers and other test files share two cores.
jest.setTimeout(120_000);

/** Runs in the page, which has other types than Node. */
const RUN_INLINE_SCRIPT = `(async () => {
  const blocked = new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) =>
      resolve(event.effectiveDirective));
  });
  const script = document.createElement('script');
  script.textContent = 'window.ran = true';
  document.body.append(script);
  return { blocked: await blocked, ran: 'ran' in window };
})()`;

it('the API page works although only scripts of the server may run', async () => {
  const server = await startServer({ database: 'sqlite' });
  const browser = await launchBrowser();
  try {
    const { page, problems } = await openPage(browser, server.url);
    await page.goto('/docs');
    await page.getByText('/api/v1/auth/login').waitFor();
    expect(problems).toEqual([]);

    // Text that becomes part of the page by mistake runs nothing.
    const ran = await page.evaluate(RUN_INLINE_SCRIPT);
    expect(ran).toEqual({ blocked: 'script-src-elem', ran: false });
  } finally {
    await browser.close();
    await server.stop();
  }
});
