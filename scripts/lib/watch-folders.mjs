/** Tells of changes below folders, also of files that an editor replaces. */
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** An editor that saves several files does so within this time. */
const QUIET_MS = 40;
const IGNORED = new Set(['node_modules', 'dist']);

/** Calls `onChange` with the file changed last, once for several changes; answers how to stop. */
export function watchFolders(folders, onChange) {
  const watchers = new Map();
  let timer;
  const add = (folder) => {
    if (watchers.has(folder)) {
      return;
    }
    const watcher = watch(folder, (event, name) => {
      if (event === 'rename') {
        // Perhaps a new folder.
        folders.forEach(addAll);
      }
      if (name && /\.(tsx?|mjs|json)$/.test(name)) {
        clearTimeout(timer);
        timer = setTimeout(onChange, QUIET_MS, join(folder, name));
      }
    });
    watcher.on('error', () => {
      watchers.delete(folder);
      watcher.close();
    });
    watchers.set(folder, watcher);
  };
  const addAll = (folder) => {
    add(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: false })) {
      if (entry.isDirectory() && !IGNORED.has(entry.name)) {
        addAll(join(folder, entry.name));
      }
    }
  };
  folders.forEach(addAll);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) {
      watcher.close();
    }
  };
}
