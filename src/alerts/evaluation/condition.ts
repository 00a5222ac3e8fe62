/** The condition of a rule, in the units of the evaluation. */
import type { AlertRuleDefinition } from '../../contracts/index.js';
import type { Condition } from './series.js';

/** Silence that no rule takes for missing data, unless it says so. */
const MIN_MISSING_MS = 60_000;

/** What `rule` means for a machine whose agent pushes every `intervalSeconds`. */
export function conditionOf(rule: AlertRuleDefinition, intervalSeconds: number): Condition {
  return {
    operator: rule.operator,
    threshold: rule.threshold,
    forMs: rule.for_seconds * 1_000,
    clearThreshold: rule.clear_threshold ?? rule.threshold,
    clearForMs: rule.clear_for_seconds * 1_000,
    missingData: rule.missing_data,
    missingAfterMs: missingAfter(rule, intervalSeconds),
  };
}

function missingAfter(rule: AlertRuleDefinition, intervalSeconds: number): number {
  if (rule.metric === 'offline') {
    // Silence is what this rule measures: it is never missing.
    return Number.POSITIVE_INFINITY;
  }
  return rule.missing_after_seconds === null
    ? Math.max(MIN_MISSING_MS, 3_000 * intervalSeconds)
    : rule.missing_after_seconds * 1_000;
}
