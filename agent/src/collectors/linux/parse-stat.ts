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

/** Shares of one stretch of time in percent of the time of all cores counted. */
export interface CpuShares {
  usage: number;
  iowait: number;
  steal: number;
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
 * How the time between two readings was spent; `null` if none passed or the counters went back.
 * Idle and iowait may shrink a little on their own (proc_stat(5)): such a step counts as none.
 */
export function cpuShares(before: CpuTimes, after: CpuTimes): CpuShares | null {
  if (after.busy < before.busy || after.steal < before.steal) return null;
  const busy = after.busy - before.busy;
  const steal = after.steal - before.steal;
  const idle = Math.max(0, after.idle - before.idle);
  const iowait = Math.max(0, after.iowait - before.iowait);
  const total = busy + steal + idle + iowait;
  if (total <= 0) return null;
  return {
    usage: (100 * (busy + steal)) / total,
    iowait: (100 * iowait) / total,
    steal: (100 * steal) / total,
  };
}

/** Load averages over 1, 5 and 15 minutes; `null` if the text is broken. */
export function parseLoadavg(text: string): [number, number, number] | null {
  const match = /^([\d.]+) ([\d.]+) ([\d.]+)/.exec(text);
  if (!match) return null;
  const loads: [number, number, number] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return loads.every(Number.isFinite) ? loads : null;
}
