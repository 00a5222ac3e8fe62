import type { AlertRuleDefinition } from '../../../src/contracts/index.js';
import { definitionOf, NEW_RULE } from './rule-draft.js';
import { ruleSentence } from './rule-sentence.js';

const plain: AlertRuleDefinition = {
  ...definitionOf({ ...NEW_RULE, clearForMinutes: '' }, null),
  for_seconds: 300,
};
const names = { machine: (id: string) => `web-${id}`, channels: ['ops'] };
const sentence = (
  changes: Partial<AlertRuleDefinition>,
  channels: readonly string[] | null = null,
) => ruleSentence({ ...plain, ...changes }, { ...names, channels });

describe('the sentence of a rule', () => {
  it('says all of it', () => {
    const rule = {
      scope: { tags: ['prod'] },
      clear_threshold: 80,
      repeat_seconds: 3_600,
      quiet_hours: {
        time_zone: 'UTC',
        windows: [{ days: ['sun' as const], from: '00:00', to: '06:00' }],
      },
    };
    expect(sentence(rule, ['ops', 'mail'])).toBe(
      'CPU of every machine tagged prod above 90% for 5 minutes, ends below 80%, ' +
        'tells ops and mail, reminds every hour, waits Sun 00:00–06:00 (UTC)',
    );
  });

  it.each<[Partial<AlertRuleDefinition>, string]>([
    [{}, 'CPU of every machine above 90% for 5 minutes'],
    [{ for_seconds: 0, operator: 'gte' }, 'CPU of every machine at or above 90%'],
    [
      { metric: 'network_in', operator: 'lt', threshold: 1_000, clear_threshold: 2_000 },
      'Network received of every machine below 1 kB/s for 5 minutes, ends above 2 kB/s',
    ],
    [
      { metric: 'usage', device: { kind: 'filesystem' }, clear_for_seconds: 60 },
      'Usage of every filesystem on every machine above 90% for 5 minutes, ends after 1 minute without',
    ],
    [
      { metric: 'usage', device: { kind: 'filesystem', name: '/srv' }, for_seconds: 0 },
      'Usage of filesystem /srv on every machine above 90%',
    ],
    [
      { metric: 'temperature', device: { kind: 'gpu' }, for_seconds: 0, missing_data: 'fire' },
      'Temperature of every GPU on every machine above 90.0 °C, fires without data too',
    ],
    [
      { missing_data: 'resolve', for_seconds: 0 },
      'CPU of every machine above 90%, ends without data',
    ],
    [
      { scope: { tags: ['a', 'b'] }, for_seconds: 0 },
      'CPU of every machine tagged a or b above 90%',
    ],
    [{ scope: { machine_ids: ['1', '2'] }, for_seconds: 0 }, 'CPU of web-1 and web-2 above 90%'],
    [{ scope: { machine_ids: [] }, for_seconds: 0 }, 'CPU of no machine above 90%'],
    [
      { metric: 'offline', threshold: 0, for_seconds: 120, stopped_after_seconds: 3_600 },
      'No sign of life from every machine for 2 minutes, after 1 hour if stopped',
    ],
    [
      { metric: 'offline', threshold: 0, stopped_after_seconds: null, asleep_after_seconds: 0 },
      'No sign of life from every machine for 5 minutes, also if asleep',
    ],
  ])('of %j', (rule, text) => {
    expect(sentence(rule)).toBe(text);
  });

  it('says that nobody is told, and nothing while that is not known', () => {
    expect(sentence({}, [])).toMatch(/, tells nobody$/);
    expect(sentence({}, null)).not.toContain('tells');
  });
});
