/** Parses /proc/stat and /proc/loadavg (proc_stat(5), proc_loadavg(5)). */

/** CPU time since boot in clock ticks. */
export interface CpuTimes {
  busy: number;
  idle: number;
  iowait: number;
  steal: number;
}

/** Times of the whole machine, and of each core by its index. */
export interface ProcStat {
  total: CpuTimes | null;
  cores: Map<string, CpuTimes>;
}

/**
 * Percentages of the time of all cores between two readings; `null` if the kernel's counters are
 * impossible.
 */
export interface CpuShares {
  usage: number;
  iowait: number | null;
  steal: number | null;
}

/** Parses the `cpu` lines; incomplete lines are skipped. */
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

/** Fields: name, user, nice, system, idle, iowait, irq, softirq, steal; user includes guest. */
function parseTimes(fields: string[]): CpuTimes | null {
  if (fields.length < 5) return null;
  const at = (index: number) => Number(fields[index] ?? 0);
  const busy = at(1) + at(2) + at(3) + at(6) + at(7);
  const times = { busy, idle: at(4), iowait: at(5), steal: at(8) };
  return Number.isFinite(busy + times.idle + times.iowait + times.steal) ? times : null;
}

/**
 * How the time between two readings was spent; `null` if no time passed, or if the counters of busy
 * or idle time are impossible: no counter may decrease or grow by more than `mostTicks`. Idle time
 * may decrease slightly, which counts as no change. I/O wait, which may decrease too
 * (proc_stat(5)), and steal are left out and unknown where they are impossible.
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

/** Load averages over 1, 5 and 15 minutes; `null` if the text cannot be parsed. */
export function parseLoadavg(text: string): [number, number, number] | null {
  const match = /^([\d.]+) ([\d.]+) ([\d.]+)/.exec(text);
  if (!match) return null;
  const loads: [number, number, number] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return loads.every(Number.isFinite) ? loads : null;
}
