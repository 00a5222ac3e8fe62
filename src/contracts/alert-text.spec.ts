/** What alerts watch, in words. */
import { comparisonText, subjectText, subjectValueText } from './alert-text.js';

describe('subjects of alerts in words', () => {
  it('writes values in their unit, and silence as a duration', () => {
    expect(subjectValueText({ metric: 'temperature', device: null }, 81.25)).toBe('81.3 °C');
    expect(subjectValueText({ metric: 'offline', device: null }, 3700)).toBe('1h 1m');
    expect(subjectValueText({ metric: 'cpu', device: null }, null)).toBe('–');
    expect(subjectValueText({ metric: 'of the future', device: null }, 5)).toBe('5');
  });

  it('names a device with its kind', () => {
    const device = { kind: 'filesystem', name: '/srv' } as const;
    expect(subjectText({ metric: 'usage', device })).toBe('Filesystem /srv usage');
    expect(subjectText({ metric: 'usage', device: { kind: 'gpu' } })).toBe('GPU usage');
    expect(comparisonText({ metric: 'read', device, operator: 'lte', threshold: 1e6 })).toBe(
      '≤ 1 MB/s',
    );
  });

  it('does not take words of the language for metrics', () => {
    expect(subjectText({ metric: 'constructor', device: null })).toBe('constructor');
  });
});
