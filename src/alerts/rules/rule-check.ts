/** Makes a whole definition out of what people wrote, or says what is wrong with it. Pure. */
import { InvalidInputError } from '../../common/errors.js';
import {
  type AlertDevice,
  type AlertMetric,
  type AlertRuleDefinition,
  type AlertScope,
  DEVICE_CATALOG,
  DEVICE_KINDS,
  type DeviceKind,
  isMetricName,
  METRIC_NAMES,
  type QuietHours,
} from '../../contracts/index.js';
import { isTimeZone, parseTimeOfDay, WEEKDAYS } from './quiet-hours.js';
import type { RuleBodyDto } from './rule.dto.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SCOPE_ENTRIES = 1_000;
/** A server that was shut down is missed after an hour; a laptop that sleeps never. */
const STOPPED_AFTER_SECONDS = 3_600;
const QUIET_WINDOWS = 50;

/** The definition with every default; throws InvalidInputError naming each faulty field. */
export function definitionOf(body: RuleBodyDto): AlertRuleDefinition {
  const faults: string[] = [];
  const definition: AlertRuleDefinition = {
    name: body.name,
    metric: body.metric as AlertMetric,
    device: checkDevice(body.device ?? null, faults),
    operator: body.operator,
    threshold: body.threshold,
    for_seconds: body.for_seconds ?? 0,
    clear_threshold: body.clear_threshold ?? null,
    clear_for_seconds: body.clear_for_seconds ?? 0,
    missing_data: body.missing_data ?? 'keep',
    missing_after_seconds: body.missing_after_seconds ?? null,
    stopped_after_seconds:
      body.stopped_after_seconds === undefined ? STOPPED_AFTER_SECONDS : body.stopped_after_seconds,
    asleep_after_seconds: body.asleep_after_seconds ?? null,
    severity: body.severity ?? 'warning',
    scope: checkScope(body.scope ?? { all: true }, faults),
    channel_ids: [...new Set(body.channel_ids ?? [])],
    repeat_seconds: body.repeat_seconds ?? null,
    quiet_hours: checkQuietHours(body.quiet_hours ?? null, 'quiet_hours', faults),
    enabled: body.enabled ?? true,
  };
  for (const field of ['name', 'metric', 'operator', 'threshold'] as const) {
    if (definition[field] === null || definition[field] === undefined) {
      faults.push(`${field} must be given`);
    }
  }
  checkMetric(definition, faults);
  checkClearThreshold(definition, faults);
  if (definition.missing_data === 'fire' && definition.device && !definition.device.name) {
    faults.push('missing_data fire needs a device with a name: the others cannot be missed');
  }
  if (faults.length > 0) {
    throw new InvalidInputError('alerts.invalid_rule', faults);
  }
  return definition;
}

/** True if open alerts of `before` say nothing about `after`. */
export function watchesOther(before: AlertRuleDefinition, after: AlertRuleDefinition): boolean {
  const watched = (rule: AlertRuleDefinition) =>
    JSON.stringify([
      rule.metric,
      rule.device?.kind,
      rule.device?.name,
      rule.operator,
      rule.threshold,
      rule.for_seconds,
      rule.clear_threshold,
      rule.clear_for_seconds,
      rule.missing_data,
      rule.missing_after_seconds,
      rule.stopped_after_seconds,
      rule.asleep_after_seconds,
    ]);
  return watched(before) !== watched(after);
}

function checkMetric({ metric, device }: AlertRuleDefinition, faults: string[]): void {
  if (device) {
    const { metrics } = DEVICE_CATALOG[device.kind];
    if (!(metrics as readonly string[]).includes(metric)) {
      faults.push(`metric of a ${device.kind} must be one of ${metrics.join(', ')}`);
    }
  } else if (metric !== 'offline' && !isMetricName(metric)) {
    faults.push(
      `metric must be offline or one of ${METRIC_NAMES.join(', ')}; metrics of devices need a device`,
    );
  }
}

function checkClearThreshold(rule: AlertRuleDefinition, faults: string[]): void {
  if (rule.clear_threshold === null) {
    return;
  }
  const upwards = rule.operator === 'gt' || rule.operator === 'gte';
  if (upwards ? rule.clear_threshold > rule.threshold : rule.clear_threshold < rule.threshold) {
    faults.push(`clear_threshold must not be ${upwards ? 'above' : 'below'} threshold`);
  }
}

/** `{"kind","name"?}`, or in short `"filesystem"` and `"filesystem:/data"`. */
function checkDevice(given: unknown, faults: string[]): AlertDevice | null {
  if (given === null) {
    return null;
  }
  const device = typeof given === 'string' ? fromShort(given) : given;
  const { kind, name, ...rest } = (typeof device === 'object' && device ? device : {}) as Partial<
    Record<string, unknown>
  >;
  if (!DEVICE_KINDS.includes(kind as DeviceKind) || Object.keys(rest).length > 0) {
    faults.push(`device must have a kind (${DEVICE_KINDS.join(', ')}) and may have a name`);
    return null;
  }
  if (name === undefined || name === null || name === '' || name === '*') {
    return { kind: kind as DeviceKind };
  }
  if (typeof name !== 'string' || name.length > 200) {
    faults.push('device.name must be text of at most 200 characters');
    return null;
  }
  return { kind: kind as DeviceKind, name };
}

function fromShort(text: string): AlertDevice {
  const [kind, ...name] = text.split(':');
  return { kind: kind as DeviceKind, name: name.length > 0 ? name.join(':') : undefined };
}

function checkScope(given: unknown, faults: string[]): AlertScope {
  const scope = (typeof given === 'object' && given ? given : {}) as Record<string, unknown>;
  const [field, ...more] = Object.keys(scope);
  if (more.length === 0) {
    if (field === 'all' && scope.all === true) {
      return { all: true };
    }
    if (field === 'machine_ids' && isList(scope.machine_ids, (id) => UUID.test(id))) {
      return { machine_ids: scope.machine_ids };
    }
    if (field === 'tags' && isList(scope.tags, (tag) => tag.length > 0 && tag.length <= 64)) {
      return { tags: scope.tags };
    }
  }
  faults.push(
    `scope must be {"all":true}, {"machine_ids":[…]} or {"tags":[…]} with 1 to ${SCOPE_ENTRIES} entries`,
  );
  return { all: true };
}

function isList(given: unknown, valid: (entry: string) => boolean): given is string[] {
  return (
    Array.isArray(given) &&
    given.length > 0 &&
    given.length <= SCOPE_ENTRIES &&
    given.every((entry) => typeof entry === 'string' && valid(entry))
  );
}

/** Windows of the week, or `null`; adds to `faults` what is wrong with them, under the name `field`. */
export function checkQuietHours(
  given: unknown,
  field: string,
  faults: string[],
): QuietHours | null {
  if (given === null) {
    return null;
  }
  const { time_zone, windows } = given as { time_zone?: unknown; windows?: unknown };
  if (typeof time_zone !== 'string' || !isTimeZone(time_zone)) {
    faults.push(`${field}.time_zone must be an IANA name, e.g. Europe/Berlin`);
  }
  if (!Array.isArray(windows) || windows.length > QUIET_WINDOWS || !windows.every(isWindow)) {
    faults.push(
      `${field}.windows must be at most ${QUIET_WINDOWS} of {"days":["mon",…],"from":"22:00","to":"07:00"}`,
    );
  }
  return { time_zone, windows } as QuietHours;
}

function isWindow(given: unknown): boolean {
  const { days, from, to } = (typeof given === 'object' && given ? given : {}) as Partial<
    Record<string, unknown>
  >;
  return (
    Array.isArray(days) &&
    days.length > 0 &&
    days.every((day) => WEEKDAYS.includes(day)) &&
    typeof from === 'string' &&
    typeof to === 'string' &&
    parseTimeOfDay(from) !== null &&
    parseTimeOfDay(to) !== null &&
    from !== to
  );
}
