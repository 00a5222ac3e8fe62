/** The top processes, sent only while the server asks for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import {
  type AgentRequests,
  type ProcessEvidence,
  PUSH_LIMITS,
  toSampleText,
} from '../../../src/contracts/index.js';
import { runCommand } from '../shared/commands.js';
import { errorCode } from '../shared/errors.js';
import { type Roots, readMachineText, readText, SYSTEM_ROOTS } from '../shared/roots.js';
import {
  type Process,
  parsePidStat,
  parsePs,
  parseWindowsProcesses,
} from './collectors/process-parse.js';
import type { EvidenceSource } from './sampler.js';

/** Half of the list is chosen by CPU, half by memory. */
const EACH = PUSH_LIMITS.evidenceProcesses / 2;
/** Evidence is sent for at least this long after a request, whatever this machine's clock says. */
const SHORTEST_MS = 15_000;
/** Evidence is sent for at most this long after one request, whatever the server says. */
const LONGEST_MS = 60 * 60_000;
const TIMEOUT_MS = 4_000;
const FIRST_LOOK_MS = 300;
const LONGEST_NAME = 200;

/**
 * The top processes by CPU and by memory, each once. `cpu` is a percentage of the whole machine.
 */
export function topProcesses(processes: readonly ProcessEvidence[]): ProcessEvidence[] {
  const top = (value: (process: ProcessEvidence) => number | null) =>
    processes
      .filter((process) => (value(process) ?? 0) > 0)
      .sort((a, b) => (value(b) ?? 0) - (value(a) ?? 0))
      .slice(0, EACH);
  const chosen = new Map<number, ProcessEvidence>();
  for (const process of [...top(({ cpu }) => cpu), ...top(({ rss_bytes }) => rss_bytes)]) {
    // A process can have any name or none, which must not invalidate the sample.
    chosen.set(process.pid, { ...process, name: toSampleText(process.name, LONGEST_NAME) || '?' });
  }
  return [...chosen.values()];
}

/**
 * Reads the top processes while they are requested: name, id, user, CPU and memory, nothing else.
 */
export class Evidence implements EvidenceSource {
  private untilMs = 0;
  private before = new Map<string, number>();
  private beforeMs: number | null = null;

  constructor(
    private readonly platform: NodeJS.Platform,
    private readonly cores: number,
    private readonly roots: Roots = SYSTEM_ROOTS,
    private readonly pause: (ms: number) => Promise<unknown> = setTimeout,
  ) {}

  /** Takes over the request in the server's last response. */
  request(requests: AgentRequests | undefined, wallMs: number): void {
    const until = requests?.evidence_until;
    if (typeof until !== 'number') return;
    // The time in the request is by the server's clock, but a request always means "now".
    this.untilMs = Math.min(Math.max(until, wallMs + SHORTEST_MS), wallMs + LONGEST_MS);
  }

  isWanted(wallMs: number): boolean {
    if (wallMs < this.untilMs && this.untilMs - wallMs <= LONGEST_MS) return true;
    this.before.clear();
    this.beforeMs = null;
    return false;
  }

  async read(nowMs: number): Promise<ProcessEvidence[]> {
    switch (this.platform) {
      case 'linux':
        return this.readLinux(nowMs);
      case 'darwin':
        return topProcesses(parsePs(await runCommand('macProcesses', TIMEOUT_MS), this.cores));
      case 'win32': {
        const processes = parseWindowsProcesses(await runCommand('windowsProcesses', TIMEOUT_MS));
        return topProcesses(this.shares(processes, nowMs));
      }
      default:
        return [];
    }
  }

  private async readLinux(nowMs: number): Promise<ProcessEvidence[]> {
    let list = this.shares(linuxProcesses(this.roots), nowMs);
    if (list.length > 0 && list.every(({ cpu }) => cpu === null)) {
      // The first reading of a series: CPU shares need a second one.
      await this.pause(FIRST_LOOK_MS);
      list = this.shares(linuxProcesses(this.roots), nowMs + FIRST_LOOK_MS);
    }
    return topProcesses(list).map((process) => ({
      ...process,
      user: linuxUser(this.roots, process.pid),
    }));
  }

  /** CPU in percent since the previous reading; `null` for a process that is new since then. */
  private shares(processes: readonly Process[], nowMs: number): ProcessEvidence[] {
    const seconds = this.beforeMs === null ? 0 : (nowMs - this.beforeMs) / 1000;
    const now = new Map<string, number>();
    const list = processes.map(({ pid, name, user, cpuSeconds, rssBytes }) => {
      const key = `${pid} ${name}`;
      const earlier = this.before.get(key);
      if (cpuSeconds !== null) now.set(key, cpuSeconds);
      const used = cpuSeconds === null || earlier === undefined ? null : cpuSeconds - earlier;
      const cpu =
        used === null || used < 0 || seconds <= 0
          ? null
          : Math.min(100, Math.round((10_000 * used) / seconds / this.cores) / 100);
      return { pid, name, user, cpu, rss_bytes: rssBytes };
    });
    this.before = now;
    this.beforeMs = nowMs;
    return list;
  }
}

/**
 * Empty with `hidepid`, which shows only the agent's own processes: they would be taken for the top
 * processes of the machine.
 */
function linuxProcesses(roots: Roots): Process[] {
  if (readText(`${roots.proc}/1/stat`) === null) return [];
  const page = pageBytes(roots);
  const processes: Process[] = [];
  for (const entry of readdirSync(roots.proc)) {
    const first = entry.charCodeAt(0);
    if (first < 49 || first > 57) continue;
    let text: string;
    try {
      text = readFileSync(`${roots.proc}/${entry}/stat`, 'utf8');
    } catch (error) {
      // A process ended while the list was read.
      if (errorCode(error) !== '') continue;
      throw error;
    }
    const parsed = parsePidStat(text);
    if (!parsed) continue;
    processes.push({
      pid: Number(entry),
      name: parsed.name,
      user: null,
      cpuSeconds: parsed.cpuSeconds,
      rssBytes: parsed.rssPages * page,
    });
  }
  return processes;
}

/**
 * Size of a memory page: 4 KiB on x86, up to 64 KiB on ARM. The kernel reports it with every
 * mapping.
 */
function pageBytes(roots: Roots): number {
  const match = /^KernelPageSize:\s+(\d+) kB$/m.exec(readText(`${roots.proc}/self/smaps`) ?? '');
  return match ? Number(match[1]) * 1024 : 4096;
}

function linuxUser(roots: Roots, pid: number): string | null {
  const uid = /^Uid:\s+(\d+)/m.exec(readText(`${roots.proc}/${pid}/status`) ?? '')?.[1];
  if (uid === undefined) return null;
  const line = (readMachineText(roots, 'etc/passwd') ?? '')
    .split('\n')
    .find((entry) => entry.split(':')[2] === uid);
  return line?.split(':')[0] ?? uid;
}
