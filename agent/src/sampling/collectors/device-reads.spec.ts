import { errorMessage } from '../../shared/errors.js';
import { DeviceReads, deviceDeadlineMs, threadsBlockedOnDevices } from './device-reads.js';

/** A device in the test's hand: each read of it ends when the test says so. */
class Bus {
  nowMs = 0;
  begun: string[] = [];
  private readonly timers: { atMs: number; run: () => void }[] = [];
  private readonly ends = new Map<string, (value: number | Error) => void>();
  readonly reads = new DeviceReads({
    deadlineMs: 600,
    now: () => this.nowMs,
    schedule: (run, delayMs) => {
      const timer = { atMs: this.nowMs + delayMs, run };
      this.timers.push(timer);
      return () => void this.timers.splice(this.timers.indexOf(timer), 1);
    },
  });

  /** `device/file`; what is answered, or why there is no answer. */
  ask(path: string): Promise<unknown> {
    const device = path.split('/')[0] ?? '';
    const read = () =>
      new Promise((resolve, reject) => {
        this.begun.push(path);
        this.ends.set(path, (value) => (value instanceof Error ? reject(value) : resolve(value)));
      });
    return this.reads.read({ device, path, read }).catch(errorMessage);
  }

  async end(path: string, value: number | Error): Promise<void> {
    this.ends.get(path)?.(value);
    this.ends.delete(path);
    await settled();
  }

  async endAll(): Promise<void> {
    while (this.ends.size > 0) for (const path of [...this.ends.keys()]) await this.end(path, 0);
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    for (const timer of [...this.timers]) if (timer.atMs <= this.nowMs) timer.run();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('reads of devices', () => {
  let bus: Bus;
  beforeEach(() => {
    bus = new Bus();
  });
  // Threads are counted for the whole process.
  afterEach(async () => {
    await bus.endAll();
    expect(threadsBlockedOnDevices()).toBe(0);
  });

  it('answer with what was read, or reject as the read did', async () => {
    const answers = [bus.ask('a/1'), bus.ask('b/1')];
    await bus.end('a/1', 47);
    await bus.end('b/1', new Error('EIO'));
    expect(await Promise.all(answers)).toEqual([47, 'EIO']);
  });

  it('ask each device one question at a time, and hold two threads at most', async () => {
    const all = ['a/1', 'a/2', 'b/1', 'c/1'].map((path) => bus.ask(path));
    expect(bus.begun).toEqual(['a/1', 'b/1']);
    expect(threadsBlockedOnDevices()).toBe(2);
    await bus.end('a/1', 1);
    await bus.end('b/1', 1);
    expect(bus.begun.slice(2).sort()).toEqual(['a/2', 'c/1']);
    await bus.endAll();
    await Promise.all(all);
  });

  it('cost only its own values if one hangs', async () => {
    const first = Promise.all([bus.ask('hung/1'), bus.ask('hung/2'), bus.ask('a/1')]);
    await bus.end('a/1', 47);
    await bus.pass(600);
    const reason = 'hung/1 has not answered for 600 ms';
    expect(await first).toEqual([reason, reason, 47]);
    // From now on nobody waits for it.
    await bus.pass(9_400);
    const second = Promise.all([bus.ask('hung/1'), bus.ask('hung/2'), bus.ask('a/1')]);
    await bus.end('a/1', 48);
    const later = 'hung/1 has not answered for 10 s';
    expect(await second).toEqual([later, later, 48]);
    expect(bus.begun).toEqual(['hung/1', 'a/1', 'a/1']);
  });

  it('begin nothing more while two hang, and go on when one of them returns', async () => {
    const hung = [bus.ask('x/1'), bus.ask('y/1')];
    await bus.pass(600);
    await Promise.all(hung);
    expect(await bus.ask('a/1')).toMatch(/^[xy]\/1 has not answered for 600 ms$/);
    await bus.end('y/1', 5);
    expect(bus.begun).toEqual(['x/1', 'y/1', 'a/1']);
    await bus.end('a/1', 7);
    expect(await bus.ask('y/1')).toBe(5);
  });

  it('tell a late answer to whoever asks next, unless it is old', async () => {
    const slow = bus.ask('slow/1');
    await bus.pass(600);
    expect(await slow).toContain('has not answered');
    await bus.pass(200);
    await bus.end('slow/1', 21);
    await bus.pass(200);
    expect(await bus.ask('slow/1')).toBe(21);
    // It was asked again meanwhile, and is late again.
    await bus.pass(800);
    await bus.end('slow/1', 22);
    await bus.pass(60_001);
    expect(await bus.ask('slow/1')).toBe('slow/1 was not read in time');
    await bus.end('slow/1', 23);
    expect(await bus.ask('slow/1')).toBe(23);
  });

  it('wait again for a device that answers in time again', async () => {
    const slow = bus.ask('slow/1');
    await bus.pass(600);
    await slow;
    await bus.end('slow/1', 1);
    expect(await bus.ask('slow/1')).toBe(1);
    await bus.end('slow/1', 2);
    const quick = bus.ask('slow/1');
    await bus.end('slow/1', 3);
    expect([2, 3]).toContain(await quick);
  });

  it('ask slow devices after the others, one at a time', async () => {
    for (const slow of ['s/1', 't/1']) {
      const asked = bus.ask(slow);
      await bus.pass(700);
      await bus.end(slow, 0);
      await asked;
      await bus.ask(slow);
    }
    expect(bus.begun.splice(0)).toEqual(['s/1', 's/1', 't/1']);
    // Of the two, s is being read: a and b go before t.
    const quick = [bus.ask('a/1'), bus.ask('b/1')];
    await bus.end('a/1', 1);
    expect(bus.begun).toEqual(['a/1', 'b/1']);
    await bus.end('b/1', 1);
    await Promise.all(quick);
    await bus.end('s/1', 1);
    expect(bus.begun.at(-1)).toBe('t/1');
  });

  it('wait a share of short intervals, and never long', () => {
    expect([100, 1_000, 60_000].map(deviceDeadlineMs)).toEqual([60, 600, 600]);
  });
});
