/** Parses /proc/stat and /proc/loadavg (proc_stat(5), proc_loadavg(5)). */

/** CPU time since boot in clock ticks. */
export interface CpuTimes {
  busy: number;
  idle: number;
  iowait: number;
  steal: number;
}

/** Times of the whole machine and of each core by its index. */
export interface ProcStat {
  total: CpuTimes | null;
  cores: Map<string, CpuTimes>;
}

/**
 * Shares of one stretch of time in percent of the time of all cores counted; `null` where the kernel's
 * count cannot be true.
 */
export interface CpuShares {
  usage: number;
  iowait: number | null;
  steal: number | null;
}

/** Reads the `cpu` lines; lines that are torn are left out. */
export function parseProcStat(text: string): ProcStat {
  const cores = new Map<string, CpuTimes>();
  let total: CpuTimes | null = null;
  let start = 0;
  while (text.startsWith('cpu', start)) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const fields = text.slice(start, end).split(' ').filter(Boolean);
    const times = parseTimes(fields);
    const core = (fields[0] ?? '').slice(3);
    if (times) {
      if (core === '') total = times;
      else if (/^\d+$/.test(core)) cores.set(core, times);
    }
    start = end + 1;
  }
  return { total, cores };
}

/** Fields: name, user, nice, system, idle, iowait, irq, softirq, steal; guest is within user. */
function parseTimes(fields: string[]): CpuTimes | null {
  if (fields.length < 5) return null;
  const at = (index: number) => Number(fields[index] ?? 0);
  const busy = at(1) + at(2) + at(3) + at(6) + at(7);
  const times = { busy, idle: at(4), iowait: at(5), steal: at(8) };
  return Number.isFinite(busy + times.idle + times.iowait + times.steal) ? times : null;
}

/**
 * How the time between two readings was spent; `null` if none passed, or if the counts of busy or idle
 * time cannot be true: no count gains more than `mostTicks`, nor loses any. Idle time may shrink a little on
 * its own: such a step counts as none. Waiting time, which may fall as well (proc_stat(5)), and stolen time
 * are left out and unknown where they cannot be true.
 */
export function cpuShares(
  before: CpuTimes,
  after: CpuTimes,
  mostTicks = Number.POSITIVE_INFINITY,
): CpuShares | null {
  const gain = (name: keyof CpuTimes): number | null => {
    const ticks = after[name] - before[name];
    return ticks >= 0 && ticks <= mostTicks ? ticks : null;
  };
  const busy = gain('busy');
  const idle = after.idle < before.idle ? 0 : gain('idle');
  if (busy === null || idle === null) return null;
  const steal = gain('steal');
  const iowait = gain('iowait');
  const total = busy + idle + (steal ?? 0) + (iowait ?? 0);
  if (total <= 0) return null;
  return {
    usage: (100 * (busy + (steal ?? 0))) / total,
    iowait: iowait === null ? null : (100 * iowait) / total,
    steal: steal === null ? null : (100 * steal) / total,
  };
}

/** Load averages over 1, 5 and 15 minutes; `null` if the text is broken. */
export function parseLoadavg(text: string): [number, number, number] | null {
  const match = /^([\d.]+) ([\d.]+) ([\d.]+)/.exec(text);
  if (!match) return null;
  const loads: [number, number, number] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return loads.every(Number.isFinite) ? loads : null;
}
