import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { makeTree, type Tree } from '../../../testing/tree.js';
import { LinuxMemory } from './memory.js';

const zfs = join(__dirname, '../../../../../test/fixtures/field/07-zfs-arc');

describe('memory with ZFS', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree();
    cpSync(zfs, tree.path, { recursive: true });
  });
  afterEach(() => tree.remove());

  const ram = () => {
    const memory = new LinuxMemory(tree.roots);
    const reading = memory.collect(0);
    memory.close();
    return reading.metrics?.ram;
  };

  it('does not count what the cache gives back', () => {
    expect(ram()).toBeCloseTo(30.5, 1);
  });

  it('of a container is not relieved by the cache of its host', () => {
    tree.add({
      'proc/self/mountinfo':
        '9 1 0:50 /proc/meminfo /proc/meminfo rw,nosuid - fuse.lxcfs lxcfs rw\n',
    });
    expect(ram()).toBeCloseTo(73.1, 1);
  });
});
