/** How machines are put into groups. */
import type { MachineSummary, StoredSample } from '../../../src/contracts/index.js';
import { machineOf, sampleOf } from '../shared/fixtures/machines.js';
import { judged } from '../shared/machines/troubles.js';
import { groupsOf, idsOf, linesOfGroups, linesOfMachines } from './groups.js';

const now = Date.UTC(2026, 0, 1);

function machine(name: string, tags: string[], change: Partial<MachineSummary> = {}) {
  return machineOf(name, { tags, latest: sampleOf(now, { cpu: 5 }), ...change });
}

const hot = (values: Partial<StoredSample> = { cpu: 95 }) => ({ latest: sampleOf(now, values) });
const list = judged(
  [
    machine('db', ['prod', 'db'], hot()),
    machine('web', ['prod']),
    machine('laptop', [], { status: 'offline', os: 'darwin' }),
    machine('pi', ['home'], { status: 'stopped' }),
    machine('nas', ['storage'], { status: 'offline' }),
  ],
  { now, version: '1.0.0' },
);

describe('groups', () => {
  it('by tag: the worst first, a machine under each of its tags, those without a tag last', () => {
    const groups = groupsOf(list, 'tag').map(({ label, ids }) => [label, ...ids]);
    expect(groups).toEqual([
      ['storage', 'nas'],
      ['db', 'db'],
      ['prod', 'db', 'web'],
      ['home', 'pi'],
      ['No tag', 'laptop'],
    ]);
  });

  it('by system: under the names that people know', () => {
    const groups = groupsOf(list, 'system').map(({ label, ids }) => [label, ids.length]);
    expect(groups).toEqual([
      ['Debian 12', 4],
      ['macOS', 1],
    ]);
  });

  it('count their machines by status', () => {
    const prod = groupsOf(list, 'tag').find(({ label }) => label === 'prod');
    expect(prod?.counts).toMatchObject({ all: 2, online: 2, hot: 1, offline: 0 });
  });

  it('are lines of the list, a folded one its head alone', () => {
    const groups = groupsOf(list, 'tag');
    const lines = linesOfGroups(groups, new Set(['tag:prod', 'system:prod']));
    expect(lines.map(({ key }) => key)).toEqual([
      'tag:storage',
      'tag:storage/nas',
      'tag:db',
      'tag:db/db',
      'tag:prod',
      'tag:home',
      'tag:home/pi',
      'tag:',
      'tag:/laptop',
    ]);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
    expect(idsOf(linesOfGroups(groups, new Set()))).toHaveLength(5);
    expect(linesOfMachines(list).map(({ key }) => key)).toEqual([
      'db',
      'web',
      'laptop',
      'pi',
      'nas',
    ]);
  });
});
