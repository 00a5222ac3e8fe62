/** What has to agree across files: versions of the packages, the list of decisions. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (file: string) => JSON.parse(readFileSync(resolve(__dirname, '..', file), 'utf8'));

it('every package has the same version, also in the lock file', () => {
  const { version } = read('package.json');
  const { packages, version: locked } = read('package-lock.json');
  expect({
    agent: read('agent/package.json').version,
    dashboard: read('dashboard/package.json').version,
    locked,
    lockedRoot: packages[''].version,
    lockedAgent: packages.agent.version,
    lockedDashboard: packages.dashboard.version,
  }).toEqual({
    agent: version,
    dashboard: version,
    locked: version,
    lockedRoot: version,
    lockedAgent: version,
    lockedDashboard: version,
  });
});

it('the recommended Node is one that is supported', () => {
  const [major = 0] = readFileSync(resolve(__dirname, '../.nvmrc'), 'utf8').split('.').map(Number);
  expect(major).toBeGreaterThanOrEqual(22);
});

it('the list of decisions names every one by its title', () => {
  const folder = resolve(__dirname, '../docs/adr');
  const list = readFileSync(resolve(folder, 'README.md'), 'utf8');
  const pages = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  const missing = pages.filter((name) => {
    const [title = ''] = readFileSync(resolve(folder, name), 'utf8').split('\n');
    return !list.includes(`[${title.replace(/^# \d+\. /, '')}](${name})`);
  });
  expect(missing).toEqual([]);
});
