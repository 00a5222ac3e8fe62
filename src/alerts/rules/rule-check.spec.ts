import { InvalidInputError } from '../../common/errors.js';
import { DEFAULT_RULES } from './default-rules.js';
import type { RuleBodyDto } from './rule.dto.js';
import { definitionOf, watchesOther } from './rule-check.js';

const cpu: RuleBodyDto = { name: 'CPU', metric: 'cpu', operator: 'gt', threshold: 90 };

function faultsOf(body: object): string {
  try {
    definitionOf(body as RuleBodyDto);
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return error.message;
    }
    throw error;
  }
  return '';
}

describe('rules', () => {
  it('have a default for everything but what they watch', () => {
    expect(definitionOf(cpu)).toMatchObject({
      for_seconds: 0,
      severity: 'warning',
      scope: { all: true },
      missing_data: 'keep',
      channel_ids: [],
      enabled: true,
    });
    expect(DEFAULT_RULES).toHaveLength(4);
  });

  it.each([
    [{ ...cpu, metric: 'usage' }, 'metrics of devices need a device'],
    [{ ...cpu, device: 'gpu' }, 'metric of a gpu must be one of'],
    [{ ...cpu, device: { kind: 'toaster' } }, 'device must have a kind'],
    [{ ...cpu, clear_threshold: 95 }, 'clear_threshold must not be above'],
    [{ ...cpu, operator: 'lt', clear_threshold: 80 }, 'clear_threshold must not be below'],
    [{ ...cpu, scope: {} }, 'scope must be'],
    [{ ...cpu, scope: { all: true, tags: ['a'] } }, 'scope must be'],
    [{ ...cpu, scope: { machine_ids: ['x'] } }, 'scope must be'],
    [{ ...cpu, threshold: null }, 'threshold must be given'],
    [{ ...cpu, quiet_hours: { time_zone: 'x', windows: [] } }, 'quiet_hours.time_zone'],
    [
      { ...cpu, metric: 'usage', device: 'filesystem', missing_data: 'fire' },
      'needs a device with a name',
    ],
  ])('refuse %j', (body, message) => {
    expect(faultsOf(body)).toContain(message);
  });

  it('take a device in short', () => {
    const body = { ...cpu, metric: 'usage' };
    expect(definitionOf({ ...body, device: 'filesystem' }).device).toEqual({ kind: 'filesystem' });
    expect(definitionOf({ ...body, device: 'filesystem:C:' }).device).toEqual({
      kind: 'filesystem',
      name: 'C:',
    });
  });

  it('end their alerts only when they watch something else', () => {
    const rule = definitionOf(cpu);
    expect(watchesOther(rule, definitionOf({ ...cpu, name: 'x', repeat_seconds: 60 }))).toBe(false);
    expect(watchesOther(rule, definitionOf({ ...cpu, threshold: 91 }))).toBe(true);
  });
});
