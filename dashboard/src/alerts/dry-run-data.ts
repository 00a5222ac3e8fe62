/** What a dry run asks for and which history its chart shows. Pure functions. */
import type {
  AlertRuleDefinition,
  DeviceHistory,
  DryRunAnswer,
  DryRunMachine,
  MachineSummary,
} from '../../../src/contracts/index.js';

/** How far a dry run looks back. */
export const DRY_RUN_RANGES = [
  { value: '24h', label: '24 h', ms: 86_400_000 },
  { value: '7d', label: '7 d', ms: 7 * 86_400_000 },
  { value: '30d', label: '30 d', ms: 30 * 86_400_000 },
] as const;

/** The height of the chart and its frame, about, in pixels: for what stands in its place. */
export const CHART_PX = 250;

/** The rule with what does not change when it fires left out: so that typing a name asks nothing. */
export function dryRunRuleOf(definition: AlertRuleDefinition): AlertRuleDefinition {
  return {
    ...definition,
    name: 'Dry run',
    severity: 'warning',
    channel_ids: [],
    repeat_seconds: null,
    quiet_hours: null,
    enabled: true,
  };
}

/** The machines on which it would have fired, the one that suffered longest first. */
export function worstFirst({ machines }: DryRunAnswer): DryRunMachine[] {
  return [...machines].sort((a, b) => b.firing_seconds - a.firing_seconds || b.fired - a.fired);
}

/** The machines that a rule covers, by name. */
export function coveredMachines(
  { scope }: AlertRuleDefinition,
  machines: readonly MachineSummary[],
): MachineSummary[] {
  const covered = machines.filter(({ machine_id, tags }) => {
    if ('tags' in scope) return scope.tags.some((tag) => tags.includes(tag));
    return 'machine_ids' in scope ? scope.machine_ids.includes(machine_id) : true;
  });
  return covered.sort((a, b) => a.machine_name.localeCompare(b.machine_name));
}

/**
 * The device to show: the one that fired longest; if none did, the one that came closest to the
 * threshold. `null` if the machine has none.
 */
export function worstDevice(
  rule: AlertRuleDefinition,
  machine: DryRunMachine | undefined,
  history: DeviceHistory,
  end: number,
): DeviceHistory['devices'][number] | null {
  const wanted = rule.device?.name;
  const devices = history.devices.filter(({ name }) => wanted === undefined || name === wanted);
  const fired = new Map<string, number>();
  for (const { device, fired_at, resolved_at } of machine?.alerts ?? []) {
    const until = resolved_at === null ? end : Date.parse(resolved_at);
    const name = device?.name ?? '';
    fired.set(name, (fired.get(name) ?? 0) + until - Date.parse(fired_at));
  }
  const upwards = rule.operator === 'gt' || rule.operator === 'gte';
  const extreme = ({ columns }: DeviceHistory['devices'][number]) => {
    const values = (columns as Partial<Record<string, (number | null)[]>>)[rule.metric] ?? [];
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return Number.NEGATIVE_INFINITY;
    const sign = upwards ? 1 : -1;
    return known.reduce((most, value) => Math.max(most, sign * value), Number.NEGATIVE_INFINITY);
  };
  const sorted = devices
    .map((device) => ({ device, fired: fired.get(device.name) ?? 0, extreme: extreme(device) }))
    .sort((a, b) => b.fired - a.fired || b.extreme - a.extreme);
  return sorted[0]?.device ?? null;
}
