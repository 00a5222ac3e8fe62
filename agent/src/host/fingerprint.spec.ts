import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootsOf } from '../shared/roots.js';
import { fingerprintOf, linuxHostId, readFingerprint } from './fingerprint.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procspy-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the fingerprint', () => {
  it('is a salted hash that does not tell the host’s id', () => {
    const id = '3d1219c7c4c5404aaa1f6d2a48adfda4';
    expect(fingerprintOf(id)).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprintOf(`${id}\n`)).toBe(fingerprintOf(id));
    expect(readFingerprint('given', id, folder)).toBe(fingerprintOf('given'));
    expect(readFingerprint(null, id, folder)).toBe(fingerprintOf(id));
  });

  it('is random but kept where the host has no id', () => {
    const first = readFingerprint(null, null, folder);
    expect(readFingerprint(null, null, folder)).toBe(first);
    writeFileSync(join(folder, 'file'), '');
    expect(readFingerprint(null, null, join(folder, 'file'))).toBeNull();
  });

  it('comes from machine-id, unless that is empty', () => {
    const id = 'a'.repeat(32);
    mkdirSync(join(folder, 'etc'));
    mkdirSync(join(folder, 'var/lib/dbus'), { recursive: true });
    writeFileSync(join(folder, 'etc/machine-id'), '');
    expect(linuxHostId(rootsOf(folder))).toBeNull();
    writeFileSync(join(folder, 'var/lib/dbus/machine-id'), `${id}\n`);
    expect(linuxHostId(rootsOf(folder))).toBe(id);
  });
});
