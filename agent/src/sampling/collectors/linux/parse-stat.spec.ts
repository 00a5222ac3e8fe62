import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type CpuTimes, cpuShares, parseLoadavg, parseProcStat } from './parse-stat.js';

const recorded = readFileSync(join(__dirname, 'fixtures/kvm-guest/proc/stat'), 'latin1');

describe('/proc/stat', () => {
  it('gives the total and each core of a recorded file', () => {
    const { total, cores } = parseProcStat(recorded);
    expect([...cores.keys()]).toEqual(['0', '1']);
    const sum = [...cores.values()].reduce((all, { idle }) => all + idle, 0);
    // The kernel rounds each core's ticks on its own.
    expect(Math.abs((total?.idle ?? 0) - sum)).toBeLessThanOrEqual(2);
  });

  it('counts user, nice, system, irq and softirq as busy, and guests within user', () => {
    const { total } = parseProcStat('cpu  100 20 30 400 50 6 7 8 90 10\n');
    expect(total).toEqual({ busy: 163, idle: 400, iowait: 50, steal: 8 });
  });

  it('reads 256 cores', () => {
    const lines = Array.from(
      { length: 256 },
      (_, core) => `cpu${core} ${core} 0 0 1000 0 0 0 0 0 0`,
    );
    const { cores } = parseProcStat(`cpu  1 0 0 2 0 0 0 0 0 0\n${lines.join('\n')}\nintr 1 2 3\n`);
    expect(cores.size).toBe(256);
    expect(cores.get('255')).toEqual({ busy: 255, idle: 1000, iowait: 0, steal: 0 });
  });

  it('takes old kernels without steal', () => {
    expect(parseProcStat('cpu  1 2 3 4\n').total).toEqual({
      busy: 6,
      idle: 4,
      iowait: 0,
      steal: 0,
    });
  });

  it.each(['', '\n', 'cpu', 'cpu  a b c d e', 'intr 1 2 3', 'cpu  1 2'])(
    'finds nothing in %j',
    (text) => {
      expect(parseProcStat(text).total).toBeNull();
    },
  );

  it('leaves out a torn core', () => {
    expect([...parseProcStat('cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu1 1').cores.keys()]).toEqual(['0']);
  });
});

describe('shares of CPU time', () => {
  const before: CpuTimes = { busy: 100, idle: 800, iowait: 50, steal: 10 };

  it('count everything but idle and waiting as usage', () => {
    const after = { busy: 130, idle: 850, iowait: 60, steal: 20 };
    expect(cpuShares(before, after)).toEqual({ usage: 40, iowait: 10, steal: 10 });
  });

  it('take a small step back of idle time as none', () => {
    const after = { busy: 150, idle: 799, iowait: 100, steal: 10 };
    expect(cpuShares(before, after)).toEqual({ usage: 50, iowait: 50, steal: 0 });
  });

  it('do not know the share of iowait for a stretch in which it fell', () => {
    const after = { busy: 150, idle: 850, iowait: 40, steal: 10 };
    expect(cpuShares(before, after)).toEqual({ usage: 50, iowait: null, steal: 0 });
  });

  it('are unknown when no time passed or the counters were reset', () => {
    expect(cpuShares(before, before)).toBeNull();
    expect(cpuShares(before, { busy: 1, idle: 900, iowait: 60, steal: 10 })).toBeNull();
  });

  it('never leave 0 to 100 percent', () => {
    const times = fc.record({
      busy: fc.nat(1e9),
      idle: fc.nat(1e9),
      iowait: fc.nat(1e9),
      steal: fc.nat(1e9),
    });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const shares = cpuShares(a, b);
        return (
          shares === null ||
          Object.values(shares).every((share) => share >= 0 && share <= 100 + 1e-9)
        );
      }),
    );
  });
});

describe('/proc/loadavg', () => {
  it('gives three averages', () => {
    expect(parseLoadavg('0.52 0.58 0.59 1/597 12345\n')).toEqual([0.52, 0.58, 0.59]);
  });

  it.each(['', '0.52', 'a b c', '0.1 0.2 ...'])('finds nothing in %j', (text) => {
    expect(parseLoadavg(text)).toBeNull();
  });
});
