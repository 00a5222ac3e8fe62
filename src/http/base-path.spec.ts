import { withoutBasePath } from './base-path.js';

describe('an address under the path of a proxy', () => {
  it.each([
    ['/procspy/api/v1/machines?limit=1', '/api/v1/machines?limit=1'],
    ['/procspy/socket.io/?EIO=4', '/socket.io/?EIO=4'],
    ['/procspy/', '/'],
    ['/procspy', '/'],
    ['/procspy?a=b', '/?a=b'],
    // The proxy has taken it off.
    ['/api/v1/machines', '/api/v1/machines'],
    ['/', '/'],
    ['/procspy2/x', '/procspy2/x'],
  ])('%s is %s', (url, expected) => {
    expect(withoutBasePath(url, '/procspy')).toBe(expected);
  });
});
