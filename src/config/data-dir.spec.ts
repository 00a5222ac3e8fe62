import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../common/errors.js';
import { prepareDataDir, readOrCreateSecret } from './data-dir.js';

describe('data directory', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'procspy-data-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made for this user alone', () => {
    const dataDir = join(folder, 'new', 'data');
    prepareDataDir(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('that cannot be made stops the start in one line', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => prepareDataDir(join(file, 'data'))).toThrow(StartError);
    expect(() => prepareDataDir(join(file, 'data'))).toThrow(/^PROCSPY_DATA_DIR: cannot write to/);
  });

  it('keeps a generated secret, readable by this user alone', () => {
    const secret = readOrCreateSecret(folder, 'jwt-secret');
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(readOrCreateSecret(folder, 'jwt-secret')).toBe(secret);
    expect(statSync(join(folder, 'jwt-secret')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['jwt-secret']);
  });
});
