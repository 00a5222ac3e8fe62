/** Folders that look like /proc and /sys, for tests. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Roots } from '../shared/roots.js';

/** A temporary folder that looks like a Linux system. */
export interface Tree {
  path: string;
  roots: Roots;
  /** Writes files by path; a text that starts with `->` becomes a symbolic link. */
  add(files: Record<string, string>): void;
  drop(path: string): void;
  remove(): void;
}

/** Makes a tree of the given files. */
export function makeTree(files: Record<string, string> = {}): Tree {
  const path = mkdtempSync(join(tmpdir(), 'procspy-tree-'));
  const tree: Tree = {
    path,
    roots: {
      proc: join(path, 'proc'),
      sys: join(path, 'sys'),
      etc: join(path, 'etc'),
      host: null,
      recorded: false,
      net: join(path, 'proc/net'),
      mountinfo: join(path, 'proc/self/mountinfo'),
    },
    add(more) {
      for (const [name, text] of Object.entries(more)) {
        const file = join(path, name);
        mkdirSync(dirname(file), { recursive: true });
        if (text.startsWith('->')) symlinkSync(text.slice(2), file);
        else writeFileSync(file, text);
      }
    },
    drop(name) {
      rmSync(join(path, name), { recursive: true, force: true });
    },
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
  tree.add(files);
  return tree;
}
