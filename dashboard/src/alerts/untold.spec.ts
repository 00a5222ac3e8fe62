import type { AlertRule, NotificationChannel } from '../../../src/contracts/index.js';
import { mendUntold, untoldRules } from './untold.js';

const rule = (id: string, channel_ids: string[] = [], enabled = true) =>
  ({ id, channel_ids, enabled }) as AlertRule;
const channel = (id: string, isDefault = false, enabled = true) =>
  ({ id, name: id, default: isDefault, enabled }) as NotificationChannel;

describe('rules that tell nobody', () => {
  const ids = (rules: AlertRule[], channels: NotificationChannel[]) =>
    untoldRules(rules, channels).map(({ id }) => id);

  it('have no channel that is on, and no default to stand in', () => {
    const rules = [rule('default'), rule('own', ['ops']), rule('deaf', ['off'])];
    expect(ids(rules, [])).toEqual(['default', 'own', 'deaf']);
    expect(ids(rules, [channel('ops'), channel('off', false, false)])).toEqual(['default', 'deaf']);
    expect(ids(rules, [channel('ops', true)])).toEqual(['deaf']);
  });

  it('are on', () => {
    expect(ids([rule('off', [], false)], [])).toEqual([]);
  });

  it.each([
    ['a channel, if there is none', [rule('1')], [], '/alerts/channels?new'],
    ['a channel for the one rule', [rule('1')], [channel('ops')], '/alerts/rules?edit=1'],
    ['a default for several', [rule('1'), rule('2')], [channel('ops')], '/alerts/channels'],
    [
      'channels of their own',
      [rule('1', ['off']), rule('2', ['off'])],
      [channel('off', true, false)],
      '/alerts/rules',
    ],
  ])('are mended by %s', (_, untold, channels, to) => {
    expect(mendUntold(untold, channels).to).toBe(to);
  });
});
