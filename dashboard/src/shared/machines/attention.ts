/** The order in which machines need attention. Pure functions. */
import type { MachineSummary } from '../../../../src/contracts/index.js';
import { machineLevel } from './troubles.js';

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Compares names as people count: `web-2` before `web-10`. */
export function compareNames(a: string, b: string): number {
  return names.compare(a, b);
}

const RANK = { hot: 1, warm: 2, ok: 3 } as const;

/** 0 for a machine that is offline, then hot, warm, normal; 4 for one that is away on purpose. */
export function attentionRank(machine: Pick<MachineSummary, 'status' | 'latest'>): number {
  if (machine.status === 'offline') return 0;
  if (machine.status !== 'online') return 4;
  return RANK[machineLevel(machine)];
}
