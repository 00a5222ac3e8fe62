import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../shared/files.js';
import { type Identity, IdentityStore } from './identity.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procspy-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the identity', () => {
  const identity: Identity = {
    server: 'http://x/',
    machineId: 'm',
    apiKey: 'secret',
    registered: 'd',
    enrolledWith: null,
  };

  it('is kept for its owner only', () => {
    const store = new IdentityStore(join(folder, 'deep/state'));
    expect(store.load()).toBeNull();
    store.save(identity);
    expect(store.load()).toEqual(identity);
    expect(statSync(store.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep/state')).mode & 0o777).toBe(0o700);
    const before = store.version();
    store.save({ ...identity, apiKey: 'other' });
    expect(store.version()).not.toBe(before);
    store.remove();
    expect(store.version()).toBeNull();
  });

  it.each(['', '{', '[]', '{"machineId":5}'])('is none if the file holds %j', (text) => {
    const store = new IdentityStore(folder);
    writeFileSync(store.path, text);
    expect(store.load()).toBeNull();
  });

  it('belongs to the owner of the folder, also when an administrator enrols for the service', () => {
    if (process.getuid?.() === 0) chownSync(folder, 12_345, 12_346);
    const store = new IdentityStore(folder);
    store.save(identity);
    const { uid, gid } = statSync(folder);
    expect(statSync(store.path)).toMatchObject({ uid, gid });
  });

  it('replaces a file as a whole, and leaves no other behind on failure', () => {
    const path = join(folder, 'x');
    writeFileAtomically(path, 'one');
    mkdirSync(join(folder, 'y.tmp'));
    expect(() => writeFileAtomically(join(folder, 'y'), 'two')).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('one');
  });
});
