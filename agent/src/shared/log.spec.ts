import { createLog } from './log.js';

describe('the log', () => {
  it('says the same trouble once in a while only, and how often it recurred', () => {
    const lines: string[] = [];
    let now = 0;
    const log = createLog(
      'info',
      (line) => lines.push(line),
      () => now,
      false,
    );
    for (; now < 600_000; now += 60_000) log.warn('no');
    log.debug('quiet');
    log.warn('no');
    expect(lines).toEqual(['WARN  no\n', 'WARN  no (9 more times since)\n']);
  });

  it('puts the time in front', () => {
    const lines: string[] = [];
    createLog(
      'info',
      (line) => lines.push(line),
      () => 0,
      true,
    ).info('hello');
    expect(lines).toEqual(['1970-01-01T00:00:00.000Z INFO  hello\n']);
  });
});
