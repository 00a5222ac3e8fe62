/** Rules in words. */
import type { NotificationChannel } from '../../../src/contracts/index.js';
import { metricChoices, notifiedNames } from './alert-text.js';

describe('rules in words', () => {
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
