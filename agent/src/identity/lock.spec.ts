import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { StateLock } from './lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procspy-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
