/** Rules in words. */
import type { NotificationChannel } from '../../../src/contracts/index.js';
import { conditionText, metricChoices, notifiedNames, scopeText } from './alert-text.js';

describe('rules in words', () => {
  it.each([
    ['cpu', null, 'gt', 90, 300, 'CPU > 90% for 5m'],
    ['load1', null, 'gte', 7.5, 0, 'Load, 1 minute ≥ 7.50'],
    ['network_in', null, 'lt', 1000, 60, 'Network received < 1 kB/s for 1m'],
    ['usage', { kind: 'filesystem' }, 'gt', 90, 60, 'Filesystem usage > 90% for 1m'],
    ['usage', { kind: 'filesystem', name: '/srv' }, 'gt', 90, 0, 'Filesystem /srv usage > 90%'],
    ['offline', null, 'gt', 0, 120, 'No sign of life for 2m (stopped: 1h, asleep: never)'],
  ] as const)(
    'describes a rule on %s %j',
    (metric, device, operator, threshold, for_seconds, text) => {
      const absence = { stopped_after_seconds: 3_600, asleep_after_seconds: null };
      const rule = { metric, device, operator, threshold, for_seconds, ...absence };
      expect(conditionText(rule)).toBe(text);
    },
  );

  it('says when planned absence counts', () => {
    const silence = { metric: 'offline', device: null, operator: 'gt', threshold: 0 } as const;
    const absence = { stopped_after_seconds: 0, asleep_after_seconds: 600 };
    expect(conditionText({ ...silence, for_seconds: 60, ...absence })).toBe(
      'No sign of life for 1m (stopped: at once, asleep: 10m)',
    );
  });

  it('names what a rule covers', () => {
    const nameOf = (id: string) => `machine ${id}`;
    expect(scopeText({ all: true }, nameOf)).toBe('All machines');
    expect(scopeText({ tags: ['web', 'db'] }, nameOf)).toBe('Tagged web, db');
    expect(scopeText({ machine_ids: ['1', '2'] }, nameOf)).toBe('machine 1, machine 2');
  });

  it('names whom a rule notifies: its channels or the default ones, if they are enabled', () => {
    const channel = (id: string, enabled: boolean, isDefault: boolean) =>
      ({ id, name: `channel ${id}`, enabled, default: isDefault }) as NotificationChannel;
    const channels = [
      channel('1', true, true),
      channel('2', true, false),
      channel('3', false, true),
    ];
    const notified = (...channel_ids: string[]) => notifiedNames({ channel_ids }, channels);
    expect(notified()).toEqual(['channel 1']);
    expect(notified('2', '3')).toEqual(['channel 2']);
    expect(notified('3')).toEqual([]);
  });

  it('offers every metric once', () => {
    const values = metricChoices().flatMap(({ items }) => items.map(({ value }) => value));
    expect(new Set(values).size).toBe(values.length);
    expect(values).toEqual(expect.arrayContaining(['offline', 'cpu', 'gpu/memory_usage']));
  });
});
