/** Number of processes: the numbered folders of /proc. */
import { readdirSync } from 'node:fs';
import { Unavailable, unavailableFile } from '../../errors.js';
import type { Collector, Reading } from '../collector.js';
import type { Roots } from './roots.js';

/** Counts processes; not where `hidepid` hides those of others. */
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
      throw new Unavailable(
        'not_permitted',
        `${this.roots.proc} hides the processes of other users (hidepid)`,
      );
    }
    if (processes === 0) throw new Unavailable('failed', `${this.roots.proc} shows no process`);
    return { metrics: { processes } };
  }
}
