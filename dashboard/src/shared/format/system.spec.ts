/** Operating systems as their makers write them. */
import { formatSystem } from './system.js';

describe('names of systems', () => {
  it.each([
    ['linux', 'Linux'],
    ['Darwin', 'macOS'],
    ['win32', 'Windows'],
    ['Debian GNU/Linux 12', 'Debian GNU/Linux 12'],
    ['constructor', 'constructor'],
  ])('writes %s as %s', (os, name) => {
    expect(formatSystem(os)).toBe(name);
  });
});
