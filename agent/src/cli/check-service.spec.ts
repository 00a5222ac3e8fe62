import { join } from 'node:path';
import { makeTree, type Tree } from '../testing/tree.js';
import { checkService } from './check-service.js';

const MEMORY = (kib: number) => `MemTotal: ${kib} kB\nMemFree: 1 kB\nMemAvailable: 1 kB\n`;
const STAT = (cores: number) =>
  ['cpu', ...Array.from({ length: cores }, (_, core) => `cpu${core}`)]
    .map((name) => `${name} 1 0 1 1 0 0 0 0\n`)
    .join('');
const ROOT_MOUNT = '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n';
const HOME_MOUNT = '2 1 8:17 / /home rw - ext4 /dev/sdb1 rw\n';

describe('what the running agent sees', () => {
  let tree: Tree;
  /** As the kernel shows process 77: its root is a folder there. */
  const there = (path: string) => `proc/77/root${join(tree.path, 'proc')}/${path}`;
  const check = (pid: number | null = 77) => checkService(pid, tree.roots, join(tree.path, 'proc'));

  beforeEach(() => {
    tree = makeTree();
    tree.add({
      'proc/meminfo': MEMORY(4_000_000),
      'proc/stat': STAT(2),
      'proc/uptime': '500.00 0\n',
      'proc/self/mountinfo': ROOT_MOUNT + HOME_MOUNT,
      [there('meminfo')]: MEMORY(4_000_000),
      [there('stat')]: STAT(2),
      [there('uptime')]: '512.00 0\n',
      // A sandbox binds the same filesystem at other places as well.
      'proc/77/mountinfo': `${ROOT_MOUNT}3 1 8:1 /var/tmp/x /tmp rw - ext4 /dev/sda1 rw\n${HOME_MOUNT}`,
    });
  });
  afterEach(() => tree.remove());

  it('is what this shell sees', () => {
    expect(check()).toEqual({
      name: 'service',
      state: 'works',
      detail: 'process 77 sees what is seen here',
    });
  });

  it('may be the host of the container, past lxcfs', () => {
    tree.add({
      [there('meminfo')]: MEMORY(64_000_000),
      [there('stat')]: STAT(16),
      [there('uptime')]: '90000.00 0\n',
    });
    const { state, detail, mend } = check();
    expect(state).toBe('failed');
    expect(detail).toBe(
      'process 77 sees another machine than this shell: 66 GB of memory, here 4.1 GB of memory; ' +
        '16 cores, here 2 cores; an uptime of 25 h, here an uptime of 8 min',
    );
    expect(mend).toContain('systemctl cat procspy-agent');
  });

  it('may lack a filesystem', () => {
    tree.add({ 'proc/77/mountinfo': ROOT_MOUNT });
    expect(check().detail).toContain('it does not see /home');
    tree.add({ 'proc/self/mountinfo': ROOT_MOUNT, 'proc/77/mountinfo': ROOT_MOUNT + HOME_MOUNT });
    expect(check().detail).toContain('it alone sees /home');
  });

  it('is not for everybody to look at', () => {
    tree.drop('proc/77');
    expect(check()).toMatchObject({
      state: 'works',
      detail: expect.stringContaining('administrators'),
    });
  });

  it('is nothing while no agent runs', () => {
    expect(check(null).state).toBe('not_on_this_machine');
  });
});
