import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import { hasSpoken, SilentConnections } from './connection-limits.js';

class Connection extends EventEmitter {
  readonly transport = { name: 'polling' };
  closed = false;

  constructor(readonly request: IncomingMessage) {
    super();
  }

  close(): void {
    this.closed = true;
    this.emit('close');
  }
}

const from = (remoteAddress: string) => ({ socket: { remoteAddress } }) as IncomingMessage;

describe('silent connections', () => {
  let engine: EventEmitter;
  let silent: SilentConnections;

  beforeEach(() => {
    jest.useFakeTimers();
    engine = new EventEmitter();
    silent = new SilentConnections(
      { open: 5, silent: 3, silentPerAddress: 2, silenceMs: 1_000 },
      ({ socket }) => socket.remoteAddress ?? '',
    );
    silent.watch({ engine } as unknown as Server);
  });
  afterEach(() => jest.useRealTimers());

  const open = (address: string) => {
    const connection = new Connection(from(address));
    engine.emit('connection', connection);
    return connection;
  };

  it('are bounded by address and in all', () => {
    open('a');
    expect(silent.admits(from('a'), 1)).toBe(true);
    open('a');
    expect(silent.admits(from('a'), 2)).toBe(false);
    expect(silent.admits(from('b'), 2)).toBe(true);
    open('b');
    expect(silent.admits(from('c'), 3)).toBe(false);
  });

  it('make room when they speak or close', () => {
    const [first, second] = [open('a'), open('a')];
    hasSpoken(first);
    second.close();
    second.emit('close');
    expect(silent.admits(from('a'), 2)).toBe(true);
    open('a');
    expect(silent.admits(from('a'), 3)).toBe(true);
  });

  it('are cut off after a while; those that spoke are not', () => {
    const [quiet, talkative] = [open('a'), open('b')];
    hasSpoken(talkative);
    jest.advanceTimersByTime(1_000);
    expect([quiet.closed, talkative.closed]).toEqual([true, false]);
  });

  it('are not the only bound', () => {
    expect(silent.admits(from('a'), 4)).toBe(true);
    expect(silent.admits(from('a'), 5)).toBe(false);
  });
});
