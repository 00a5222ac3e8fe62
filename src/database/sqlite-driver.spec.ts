import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (name: string) =>
  JSON.parse(readFileSync(resolve(__dirname, '../../package-lock.json'), 'utf8')).packages[
    `node_modules/${name}`
  ];

describe('the drivers of SQLite', () => {
  // Its own range names later versions, too. npm writes that one back when the package is updated.
  it('are installed on the Node that needs them: the old one on Node 20 only', () => {
    expect(read('better-sqlite3-node20')).toMatchObject({
      optional: true,
      engines: { node: '20.x' },
    });
    expect(read('better-sqlite3').version).toMatch(/^13\./);
  });
});
