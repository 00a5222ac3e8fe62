/**
 * Whether the running agent sees the machine that this shell sees: the sandbox of a service may mount a
 * `/proc` of its own over that of a container, or hide filesystems.
 */
import { parseMeminfo } from '../sampling/collectors/linux/memory.js';
import { identity, parseMountinfo, realFilesystems } from '../sampling/collectors/linux/mounts.js';
import { parseProcStat } from '../sampling/collectors/linux/parse-stat.js';
import { parseUptime } from '../sampling/collectors/linux/uptime.js';
import { type Roots, readText } from '../shared/roots.js';
import { formatCount, formatDuration, formatSize } from '../shared/units.js';
import type { Finding } from './finding.js';

/** Both are read one after the other. */
const UPTIME_TOLERANCE_SECONDS = 60;

/** What a process sees of the machine; `null` is what it cannot read. */
interface View {
  memoryBytes: number | null;
  cores: number | null;
  uptimeSeconds: number | null;
  /** Mount points of real filesystems, by what identifies them. */
  filesystems: Map<string, string>;
}

/**
 * Compares what the agent with process number `pid` sees with what this process sees. `proc` is where
 * processes are looked up; injected in tests.
 */
export function checkService(pid: number | null, roots: Roots, proc = '/proc'): Finding {
  const name = 'service';
  if (pid === null) {
    return { name, state: 'not_on_this_machine', detail: 'no agent runs with this state folder' };
  }
  const root = `${proc}/${pid}/root`;
  const service = viewOf({
    ...roots,
    proc: `${root}${roots.proc}`,
    // With a root of the host's both read that of the host's first process.
    mountinfo: roots.host === null ? `${proc}/${pid}/mountinfo` : `${root}${roots.mountinfo}`,
  });
  const shell = viewOf(roots);
  if (service.memoryBytes === null && shell.memoryBytes !== null) {
    const detail = `process ${pid} runs; what it sees is for administrators to compare (sudo)`;
    return { name, state: 'works', detail };
  }
  const differences = compare(shell, service);
  if (differences.length === 0) {
    return { name, state: 'works', detail: `process ${pid} sees what is seen here` };
  }
  return {
    name,
    state: 'failed',
    detail: `process ${pid} sees another machine than this shell: ${differences.join('; ')}`,
    mend:
      'look at the options of its unit (systemctl cat procspy-agent): ProtectControlGroups, ' +
      'ProtectKernelTunables, ProtectProc and ProcSubset mount a /proc of their own, ProtectHome and ' +
      'InaccessiblePaths hide filesystems; "install" writes a unit without them',
  };
}

function viewOf(roots: Roots): View {
  const meminfo = parseMeminfo(readText(`${roots.proc}/meminfo`) ?? '');
  const mounts = realFilesystems(parseMountinfo(readText(roots.mountinfo) ?? ''));
  return {
    memoryBytes: meminfo ? meminfo.total * 1024 : null,
    cores: parseProcStat(readText(`${roots.proc}/stat`) ?? '').cores.size || null,
    uptimeSeconds: parseUptime(readText(`${roots.proc}/uptime`) ?? ''),
    filesystems: new Map(mounts.map((mount) => [identity(mount), mount.mountPoint])),
  };
}

function compare(shell: View, service: View): string[] {
  const differences: string[] = [];
  const tell = (of: View[], words: (view: View) => string) => {
    const [here = '', there = ''] = of.map(words);
    differences.push(`${there}, here ${here}`);
  };
  const both = [shell, service];
  if (shell.memoryBytes !== service.memoryBytes) {
    tell(both, ({ memoryBytes }) => `${formatSize(memoryBytes ?? 0)} of memory`);
  }
  if (shell.cores !== service.cores) tell(both, ({ cores }) => formatCount(cores ?? 0, 'core'));
  const apart = Math.abs((shell.uptimeSeconds ?? 0) - (service.uptimeSeconds ?? 0));
  if (apart > UPTIME_TOLERANCE_SECONDS) {
    tell(
      both,
      ({ uptimeSeconds }) => `an uptime of ${formatDuration((uptimeSeconds ?? 0) * 1000)}`,
    );
  }
  const hidden = missingIn(service, shell);
  if (hidden.length > 0) differences.push(`it does not see ${hidden.join(', ')}`);
  const own = missingIn(shell, service);
  if (own.length > 0) differences.push(`it alone sees ${own.join(', ')}`);
  return differences;
}

function missingIn(view: View, other: View): string[] {
  return [...other.filesystems].filter(([key]) => !view.filesystems.has(key)).map(([, at]) => at);
}
