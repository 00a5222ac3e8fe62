import { loadFailure } from './load-failure.js';

describe('a page that cannot be loaded', () => {
  it.each([
    'Failed to fetch dynamically imported module: http://localhost/assets/machine-page.js',
    'error loading dynamically imported module: http://localhost/assets/machine-page.js',
    'Importing a module script failed.',
    'Unable to preload CSS for /assets/machine-page.css',
  ])('names the server where the browser says %j', (message) => {
    expect(loadFailure(new TypeError(message)).message).toMatch(/^The server did not send/);
  });

  it('names its own cause where the server sent it', () => {
    const cause = new RangeError('Incorrect locale information provided');
    const failure = loadFailure(cause);
    expect(failure.message).toContain('RangeError: Incorrect locale information provided');
    expect(failure.message).not.toMatch(/server/i);
    expect(failure.cause).toBe(cause);
  });

  it('never names the server for something else that was thrown', () => {
    expect(loadFailure('odd').message).toBe('This page broke while it was loaded: odd');
    expect(loadFailure(undefined).message).not.toMatch(/server/i);
  });
});
