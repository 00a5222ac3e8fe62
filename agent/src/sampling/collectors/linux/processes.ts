/** Number of processes: the numbered folders of /proc. */
import { readdirSync } from 'node:fs';
import { Unavailable, unavailableFile } from '../../../shared/errors.js';
import { type Roots, readText } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';

/** Counts processes, unless `hidepid` hides those of other users. */
export class LinuxProcesses implements Collector {
  readonly name = 'processes';
  readonly provides = ['processes'] as const;
  readonly restMs = 10_000;

  constructor(private readonly roots: Roots) {}

  collect(): Reading {
    let names: string[];
    try {
      names = readdirSync(this.roots.proc);
    } catch (error) {
      throw unavailableFile(this.roots.proc, error);
    }
    let processes = 0;
    for (const name of names) {
      const first = name.charCodeAt(0);
      if (first >= 49 && first <= 57) processes += 1;
    }
    if (processes > 0 && !names.includes('1')) {
      const mounts = readText(`${this.roots.proc}/self/mountinfo`) ?? '';
      throw new Unavailable(
        'not_permitted',
        `${this.roots.proc} hides the processes of other users (hidepid)`,
        showingHidden(mounts),
      );
    }
    if (processes === 0) throw new Unavailable('failed', `${this.roots.proc} shows no process`);
    return { metrics: { processes } };
  }
}

/**
 * How the agent can be allowed to see other users' processes, given the mount options of /proc
 * (proc(5)).
 */
function showingHidden(mountinfo: string): string {
  const [, options = ''] = / \/proc .* - proc \S+ (\S+)$/m.exec(mountinfo) ?? [];
  // With this option, only processes that may trace another one see it, whatever their group.
  const strict = /(^|,)hidepid=(4|ptraceable)(,|$)/.test(options);
  const group = /(^|,)gid=(\d+)(,|$)/.exec(options)?.[2] ?? '0';
  if (!strict && group !== '0') {
    return `add SupplementaryGroups=${group} to the agent's unit: that group of /proc sees all processes`;
  }
  return (
    'mount /proc with hidepid=2,gid=GROUP and add SupplementaryGroups=GROUP to the ' +
    "agent's unit; if the unit sets ProtectProc, take that out"
  );
}
