/** The order of the test files: the longest first, so that none of them is left running alone. */
import { statSync } from 'node:fs';

/** They wait and build for half a minute and more; the others differ little from their sizes. */
const LONGEST = [
  'test/containers.spec.ts',
  'test/e2e/alerts.spec.ts',
  'test/e2e/alerts-delivery.spec.ts',
  'test/e2e/access-floods.spec.ts',
  'test/browser/dashboard.spec.ts',
  'test/e2e/replicas.spec.ts',
  'test/e2e/machines-offline.spec.ts',
  'test/e2e/agent-delivery.spec.ts',
  'test/e2e/alerts-scale.spec.ts',
  'test/chaos/server-killed.spec.ts',
  'test/e2e/dev.spec.ts',
];

/** A sequencer as Jest wants it. */
export default class LongestFirst {
  sort(tests) {
    const weights = new Map(tests.map((test) => [test, weight(test)]));
    return [...tests].sort((one, other) => weights.get(other) - weights.get(one));
  }

  allFailedTests(tests) {
    return this.sort(tests);
  }

  cacheResults() {
    // The order is the same each time.
  }
}

/** Listed files, then the others that boot servers, then unit tests; among these by size. */
function weight({ path, context }) {
  const file = path.slice(context.config.rootDir.length + 1).replaceAll('\\', '/');
  const place = LONGEST.indexOf(file);
  if (place >= 0) {
    return 1e12 - place;
  }
  return statSync(path).size * (file.startsWith('test/') ? 1e6 : 1);
}
