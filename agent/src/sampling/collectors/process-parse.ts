/** Parses lists of processes: /proc/PID/stat, ps of macOS, Get-Process of Windows. */
import type { ProcessEvidence } from '../../../../src/contracts/index.js';

/**
 * A process as read: CPU time in seconds since its start, or a percentage if the system reports
 * one.
 */
export interface Process {
  pid: number;
  name: string;
  user: string | null;
  cpuSeconds: number | null;
  rssBytes: number | null;
}

/** Clock ticks per second in /proc, the same on every Linux that Node supports. */
const TICKS = 100;

/** Parses /proc/PID/stat (proc_pid_stat(5)); the name may contain spaces and parentheses. */
export function parsePidStat(
  text: string,
): { name: string; cpuSeconds: number; rssPages: number } | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
  const rssPages = Number(fields[21]);
  if (!Number.isFinite(cpuSeconds + rssPages)) return null;
  return { name: text.slice(open + 1, close), cpuSeconds, rssPages };
}

/** Parses `ps -Aceo pid=,user=,pcpu=,rss=,comm=`; percentages are of one core, memory is in KiB. */
export function parsePs(text: string, cores: number): ProcessEvidence[] {
  const processes: ProcessEvidence[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\S+)\s+([\d.]+)\s+(\d+)\s+(.+)$/.exec(line);
    if (!match) continue;
    processes.push({
      pid: Number(match[1]),
      user: match[2] ?? null,
      cpu: Math.min(100, Math.round((100 * Number(match[3])) / cores) / 100),
      rss_bytes: Number(match[4]) * 1024,
      name: (match[5] ?? '').trim(),
    });
  }
  return processes;
}

/** Parses the JSON of `Get-Process`: a single process is not a list, and CPU may be absent. */
export function parseWindowsProcesses(text: string): Process[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const list = Array.isArray(parsed) ? parsed : [parsed];
  return list.flatMap((entry: Record<string, unknown> | null) => {
    if (typeof entry?.Id !== 'number' || typeof entry.ProcessName !== 'string') return [];
    return {
      pid: entry.Id,
      name: entry.ProcessName,
      user: null,
      cpuSeconds: typeof entry.CPU === 'number' ? entry.CPU : null,
      rssBytes: typeof entry.WorkingSet64 === 'number' ? entry.WorkingSet64 : null,
    };
  });
}
