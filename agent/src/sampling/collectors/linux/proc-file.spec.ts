import { readSync } from 'node:fs';
import { join } from 'node:path';
import { makeTree, type Tree } from '../../../testing/tree.js';
import { ProcFile } from './proc-file.js';

describe('a kept file', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree();
  });
  afterEach(() => tree.remove());

  it('is read to its end, however short the pieces are that the kernel hands out', () => {
    const text = `${'a short line\n'.repeat(20)}${'x'.repeat(4000)}\nthe last line\n`;
    tree.add({ 'proc/self/mountinfo': text });
    let reads = 0;
    // As /proc does it: whole lines, and a line that no longer fits waits for the next call.
    const file = new ProcFile(
      join(tree.path, 'proc/self/mountinfo'),
      (descriptor, buffer, offset, length, position) => {
        reads += 1;
        return readSync(descriptor, buffer, offset, Math.min(length, 260), position);
      },
    );
    expect(file.read()).toBe(text);
    expect(reads).toBeGreaterThan(2);
    file.close();
  });

  it('may be larger than the buffer, and change between two readings', () => {
    tree.add({ 'proc/stat': 'x'.repeat(100_000) });
    const file = new ProcFile(join(tree.path, 'proc/stat'));
    expect(file.read()).toHaveLength(100_000);
    tree.add({ 'proc/stat': 'now shorter' });
    expect(file.read()).toBe('now shorter');
    file.close();
  });
});
