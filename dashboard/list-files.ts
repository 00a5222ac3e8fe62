/** Tells the service worker which files the dashboard consists of. */
import type { Plugin } from 'vite';

const WORKER = 'service-worker.js';

/** Replaces `__FILES__` in the service worker by the names of scripts, style sheets and images. */
export function listFiles(): Plugin {
  return {
    name: 'list-files',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      if (worker?.type !== 'chunk') this.error(`there is no ${WORKER}`);
      if (worker.imports.length > 0) this.error(`${WORKER} may not import anything`);
      const files = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css|svg)$/.test(name));
      const code = worker.code.replace('__FILES__', JSON.stringify(files.sort()));
      if (code === worker.code) this.error(`${WORKER} has no place for the files`);
      worker.code = code;
    },
  };
}
