/** Rules in the form. */
import type { AlertRuleDefinition } from '../../../src/contracts/index.js';
import {
  definitionOf,
  draftErrors,
  draftOf,
  kindOf,
  NEW_RULE,
  type RuleDraft,
  trialFault,
} from './rule-draft.js';

const filesystem: AlertRuleDefinition = {
  name: 'Full',
  metric: 'usage',
  device: { kind: 'filesystem', name: '/srv' },
  operator: 'gt',
  threshold: 90,
  for_seconds: 90,
  clear_threshold: 85,
  clear_for_seconds: 60,
  missing_data: 'resolve',
  missing_after_seconds: 300,
  stopped_after_seconds: 90,
  asleep_after_seconds: null,
  severity: 'critical',
  scope: { tags: ['db'] },
  channel_ids: ['1'],
  repeat_seconds: 3600,
  quiet_hours: { time_zone: 'UTC', windows: [{ days: ['sun'], from: '00:00', to: '06:00' }] },
  enabled: false,
};

describe('rule form', () => {
  it('can be tried without a name, and not without a threshold', () => {
    expect(trialFault(NEW_RULE)).toBeNull();
    expect(trialFault({ ...NEW_RULE, threshold: '' })).toContain('threshold');
    expect(trialFault({ ...NEW_RULE, clearThreshold: 95 })).toContain('ends');
    expect(trialFault({ ...NEW_RULE, scope: 'tags' })).toContain('tag');
  });

  it('gives back the rule that it was given, with what it does not show', () => {
    expect(definitionOf(draftOf(filesystem), filesystem)).toEqual(filesystem);
    const machines: AlertRuleDefinition = {
      ...filesystem,
      metric: 'cpu',
      device: null,
      scope: { machine_ids: ['a'] },
      repeat_seconds: null,
    };
    expect(definitionOf(draftOf(machines), machines)).toEqual(machines);
  });

  it('watches every device of the kind where no name is given', () => {
    const draft: RuleDraft = { ...NEW_RULE, name: ' Hot ', watched: 'sensor/temperature' };
    expect(definitionOf(draft, null)).toMatchObject({
      name: 'Hot',
      metric: 'temperature',
      device: { kind: 'sensor' },
      scope: { all: true },
      repeat_seconds: null,
      enabled: true,
    });
  });

  it('leaves only a duration to silence', () => {
    const draft: RuleDraft = { ...NEW_RULE, watched: 'offline', operator: 'lt', forMinutes: 2 };
    expect(definitionOf(draft, null)).toMatchObject({
      metric: 'offline',
      device: null,
      operator: 'gt',
      threshold: 0,
      for_seconds: 120,
      clear_threshold: null,
    });
  });

  it('changes the first window of quiet hours and leaves the others', () => {
    const weekend = { days: ['sat' as const], from: '00:00', to: '24:00' };
    const night = { days: ['mon' as const], from: '22:00', to: '07:00' };
    const before = { ...filesystem, quiet_hours: { time_zone: 'UTC', windows: [weekend, night] } };
    const draft = draftOf(before);
    expect(draft).toMatchObject({ quiet: true, quietDays: ['sat'], quietTo: '00:00' });
    expect(definitionOf({ ...draft, quietTo: '12:00' }, before).quiet_hours?.windows).toEqual([
      { ...weekend, to: '12:00' },
      night,
    ]);
    expect(definitionOf({ ...draft, quiet: false }, before).quiet_hours).toBeNull();
  });

  it('asks for a clear threshold that a firing value has to cross back over', () => {
    const errorOf = (
      operator: RuleDraft['operator'],
      clearThreshold: RuleDraft['clearThreshold'],
    ) =>
      draftErrors({ ...NEW_RULE, name: 'Hot', operator, threshold: 90, clearThreshold })
        .clearThreshold;
    expect(errorOf('gt', 91)).toBe('Must not be above the threshold');
    expect(errorOf('lte', 89)).toBe('Must not be below the threshold');
    expect([errorOf('gte', 90), errorOf('gt', 80), errorOf('lt', 95), errorOf('gt', '')]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('finds the kind of device', () => {
    expect(['cpu', 'gpu/usage', 'nothing/usage', 'gpu'].map(kindOf)).toEqual([
      null,
      'gpu',
      null,
      null,
    ]);
  });

  it.each<[Partial<RuleDraft>, string[]]>([
    [{ name: 'Rule' }, []],
    [{ name: ' ' }, ['name']],
    [{ name: 'Rule', threshold: '' }, ['threshold']],
    [{ name: 'Rule', threshold: '', watched: 'offline' }, []],
    [{ name: 'Rule', clearThreshold: 95 }, ['clearThreshold']],
    [{ name: 'Rule', clearThreshold: 95, operator: 'lt' }, []],
    [{ name: 'Rule', scope: 'tags' }, ['tags']],
    [{ name: 'Rule', scope: 'machines' }, ['machineIds']],
    [{ name: 'Rule', quiet: true }, []],
    [{ name: 'Rule', quiet: true, quietDays: [], quietTo: '' }, ['quietDays', 'quietTo']],
  ])('finds the faults of %j', (change, fields) => {
    expect(Object.keys(draftErrors({ ...NEW_RULE, ...change }))).toEqual(fields);
  });
});
