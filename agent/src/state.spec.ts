import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { rootsOf } from './collectors/linux/roots.js';
import { writeFileAtomically } from './files.js';
import { addresses } from './host/facts.js';
import { fingerprintOf, linuxHostId, readFingerprint } from './host/fingerprint.js';
import { parseHelperOutput } from './host/helper.js';
import { cpuModel, distributionName, virtualization } from './host/linux.js';
import { type Identity, IdentityStore } from './identity.js';
import { StateLock } from './lock.js';
import { createLog } from './log.js';
import { makeTree } from './testing/tree.js';

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

describe('the lock of a state folder', () => {
  it('lets one agent in, and another after it is gone', () => {
    const lock = new StateLock(folder);
    lock.take();
    expect(new StateLock(folder).holder()).toBe(process.pid);
    lock.release();
    expect(new StateLock(folder).holder()).toBeNull();
  });

  it('keeps out a second one, and names the first', () => {
    writeFileSync(
      join(folder, 'agent.lock'),
      JSON.stringify({ pid: process.ppid, started: null, bootMs: Date.now() - uptime() * 1000 }),
    );
    expect(() => new StateLock(folder).take()).toThrow(`process ${process.ppid}`);
  });

  it('of a dead one is taken by one agent at a time', () => {
    const guard = join(folder, 'agent.lock.guard');
    writeFileSync(join(folder, 'agent.lock'), '{}');
    writeFileSync(guard, '{}');
    expect(() => new StateLock(folder).take()).toThrow('another agent uses');
    expect(readdirSync(folder).sort()).toEqual(['agent.lock', 'agent.lock.guard']);
    // Whoever made it was killed in between.
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(guard, longAgo, longAgo);
    new StateLock(folder).take();
    expect(new StateLock(folder).holder()).toBe(process.pid);
    expect(readdirSync(folder)).toEqual(['agent.lock']);
  });

  it('is void after the machine was started anew', () => {
    const stale = {
      pid: process.ppid,
      started: null,
      bootMs: Date.now() - uptime() * 1000 - 3_600_000,
    };
    writeFileSync(join(folder, 'agent.lock'), JSON.stringify(stale));
    expect(new StateLock(folder).holder()).toBeNull();
  });

  it('is not fooled by a later process with the same number', () => {
    writeFileSync(join(folder, 'agent.lock'), JSON.stringify({ pid: process.ppid, started: '1' }));
    expect(new StateLock(folder).holder()).toBe(process.platform === 'linux' ? null : process.ppid);
  });

  it.each(['', '{}', '{"pid":"x"}', JSON.stringify({ pid: 2 ** 22 + 1, started: null })])(
    'is free if the file holds %j',
    (text) => {
      writeFileSync(join(folder, 'agent.lock'), text);
      expect(() => new StateLock(folder).take()).not.toThrow();
    },
  );
});

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

describe('facts about a host', () => {
  it('are read from files', () => {
    expect(distributionName('NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
      'Debian GNU/Linux 12 (bookworm)',
    );
    expect(distributionName('PRETTY_NAME=Alpine\n')).toBe('Alpine');
    expect(distributionName('')).toBeNull();
    expect(cpuModel('processor\t: 0\nmodel name\t: AMD  EPYC 9654\n')).toBe('AMD EPYC 9654');
    expect(cpuModel('processor : 0\nHardware : BCM2835\n')).toBe('BCM2835');
    expect(cpuModel('')).toBeNull();
  });

  it('tell what the host runs in', () => {
    const tree = makeTree({ 'sys/class/dmi/id/sys_vendor': 'QEMU\n' });
    expect(virtualization(tree.roots, '')).toBe('kvm');
    tree.add({ 'proc/1/environ': 'PATH=/bin\0container=lxc\0' });
    expect(virtualization(tree.roots, '')).toBe('lxc');
    tree.remove();
    const bare = makeTree();
    expect(virtualization(bare.roots, 'flags\t: fpu sse\n')).toBeNull();
    expect(virtualization(bare.roots, 'flags\t: fpu hypervisor\n')).toBe('vm');
    bare.remove();
  });

  it('name addresses that others can use', () => {
    const at = (address: string, internal = false) => ({ address, internal }) as never;
    expect(
      addresses({
        lo: [at('127.0.0.1', true)],
        eth0: [at('192.0.2.7'), at('fe80::1'), at('2001:db8::7')],
        docker0: [at('172.17.0.1')],
      }),
    ).toEqual(['192.0.2.7', '2001:db8::7']);
  });

  it('of the helper are taken only if they are what was expected', () => {
    expect(parseHelperOutput('{"distribution":"macOS 15","gpus":["M1",5,""],"evil":1}')).toEqual({
      distribution: 'macOS 15',
      gpus: ['M1'],
    });
    for (const text of ['', 'null', '[', '5']) expect(parseHelperOutput(text)).toEqual({});
  });
});

describe('the log', () => {
  it('says the same trouble once in a while only, and how often it recurred', () => {
    const lines: string[] = [];
    let now = 0;
    const log = createLog(
      'info',
      (line) => lines.push(line),
      () => now,
      false,
    );
    for (; now < 600_000; now += 60_000) log.warn('no');
    log.debug('quiet');
    log.warn('no');
    expect(lines).toEqual(['WARN  no\n', 'WARN  no (9 more times since)\n']);
  });

  it('puts the time in front', () => {
    const lines: string[] = [];
    createLog(
      'info',
      (line) => lines.push(line),
      () => 0,
      true,
    ).info('hello');
    expect(lines).toEqual(['1970-01-01T00:00:00.000Z INFO  hello\n']);
  });
});
