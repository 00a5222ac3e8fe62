/** Charts as text for spreadsheets. */
import { csvOf } from './csv.js';

describe('charts as CSV', () => {
  it('have a line for each time with values, and the columns that there are', () => {
    const timeline = {
      timestamp: [0, 1_500, 5_000],
      columns: { cpu: [1.5, null, null], ram: [null, null, 0], ignored: [1, 1, 1] },
    };
    expect(csvOf(timeline, ['ram', 'cpu', 'gpu'])).toBe(
      [
        'timestamp,ram,cpu',
        '1970-01-01T00:00:00.000Z,,1.5',
        '1970-01-01T00:00:05.000Z,0,',
        '',
      ].join('\r\n'),
    );
  });
});
