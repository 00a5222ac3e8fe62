import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkClock } from './check-server.js';
import { checkState } from './doctor.js';
import { findingLine } from './finding.js';

describe('doctor', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'procspy-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes where the agent would, and leaves nothing behind', () => {
    expect(checkState({ stateDir: folder })).toMatchObject({ state: 'works', detail: folder });
    expect(checkState({ stateDir: join(folder, 'not/yet') }).state).toBe('works');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells of a folder that takes no files, and how to mend it', () => {
    writeFileSync(join(folder, 'file'), '');
    const finding = checkState({ stateDir: join(folder, 'file/state') });
    expect(finding).toMatchObject({
      state: 'failed',
      mend: expect.stringContaining('--state-dir'),
    });
  });

  it('tells of a clock that is wrong, by which way', () => {
    expect(checkClock(-100)).toMatchObject({ state: 'works', detail: 'in step' });
    expect(checkClock(-30_000).detail).toBe('30 s off');
    expect(checkClock(-120_000)).toMatchObject({
      state: 'failed',
      detail: '120 s ahead of the server',
    });
    expect(checkClock(3_600_000).detail).toBe('3600 s behind the server');
    expect(checkClock(null).state).toBe('not_on_this_machine');
  });

  it('says how to mend what can be mended on a line of its own', () => {
    expect(findingLine({ name: 'key', state: 'failed', detail: 'none', mend: 'enrol' })).toBe(
      'key          FAILED        none\n                           -> enrol',
    );
  });
});
