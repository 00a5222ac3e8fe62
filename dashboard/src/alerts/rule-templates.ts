/** Rules that most people want, to begin with. */
import type { RuleDraft } from './rule-draft.js';

/** Fills in the form of a new rule. */
export interface RuleTemplate {
  label: string;
  draft: Partial<RuleDraft> & Pick<RuleDraft, 'name' | 'watched'>;
}

/** In the order of the buttons. */
export const RULE_TEMPLATES: readonly RuleTemplate[] = [
  {
    label: 'Machine offline',
    draft: { name: 'Machine offline', watched: 'offline', forMinutes: 2, severity: 'critical' },
  },
  template('CPU high', 'cpu', 90, 85, 5),
  template('Memory high', 'ram', 90, 85, 5),
  template('Swap high', 'swap', 50, 40, 10),
  template('Load high', 'load5', 8, 6, 10),
  template('Disk filling', 'filesystem/usage', 85, 83, 5),
  template('Disk nearly full', 'filesystem/usage', 95, 93, 1, 'critical'),
  template('Inodes running out', 'filesystem/inodes_usage', 90, 88, 5),
  template('Too hot', 'temperature', 85, 80, 2, 'critical'),
  template('GPU memory full', 'gpu/memory_usage', 95, 90, 5),
  template('GPU too hot', 'gpu/temperature', 85, 80, 2, 'critical'),
  template('CPU stolen', 'cpu_steal', 10, 5, 10),
];

function template(
  name: string,
  watched: string,
  threshold: number,
  clearThreshold: number,
  forMinutes: number,
  severity: RuleDraft['severity'] = 'warning',
): RuleTemplate {
  const draft = { name, watched, operator: 'gt' as const, threshold, clearThreshold };
  return { label: name, draft: { ...draft, forMinutes, clearForMinutes: 1, severity } };
}
