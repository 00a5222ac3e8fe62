/** Facts about a host as people read them. */
import { formatCores, formatSystem } from './host.js';

describe('formatting of facts about a host', () => {
  it.each([
    ['linux', 'Linux'],
    ['Darwin', 'macOS'],
    ['win32', 'Windows'],
    ['Debian GNU/Linux 12', 'Debian GNU/Linux 12'],
    ['constructor', 'constructor'],
  ])('writes %s as %s', (os, name) => {
    expect(formatSystem(os)).toBe(name);
  });

  it('counts cores in words', () => {
    expect([1, 8, null].map(formatCores)).toEqual(['1 core', '8 cores', null]);
  });
});
