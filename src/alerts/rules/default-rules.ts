/** The rules that exist from the start. */
import type { AlertRuleDefinition } from '../../contracts/index.js';
import { definitionOf } from './rule-check.js';

/** By fixed ids, so that two replicas that start together create them once. */
export const DEFAULT_RULES: readonly { id: string; definition: AlertRuleDefinition }[] = [
  {
    id: 'a1e57000-0000-4000-8000-000000000001',
    definition: definitionOf({
      name: 'CPU above 90 %',
      metric: 'cpu',
      operator: 'gt',
      threshold: 90,
      for_seconds: 300,
      clear_threshold: 85,
      clear_for_seconds: 60,
      severity: 'warning',
    }),
  },
  {
    id: 'a1e57000-0000-4000-8000-000000000002',
    definition: definitionOf({
      name: 'Memory above 80 %',
      metric: 'ram',
      operator: 'gt',
      threshold: 80,
      for_seconds: 300,
      clear_threshold: 75,
      clear_for_seconds: 60,
      severity: 'warning',
    }),
  },
  {
    id: 'a1e57000-0000-4000-8000-000000000003',
    definition: definitionOf({
      name: 'Filesystem above 90 %',
      metric: 'usage',
      device: { kind: 'filesystem' },
      operator: 'gt',
      threshold: 90,
      for_seconds: 60,
      clear_threshold: 88,
      clear_for_seconds: 60,
      severity: 'warning',
    }),
  },
  {
    id: 'a1e57000-0000-4000-8000-000000000004',
    definition: definitionOf({
      name: 'Machine offline',
      metric: 'offline',
      operator: 'gt',
      threshold: 0,
      for_seconds: 120,
      severity: 'critical',
    }),
  },
];
