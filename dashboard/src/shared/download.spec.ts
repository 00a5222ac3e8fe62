/** Names of files. */
import { fileName } from './download.js';

describe('the name of a file', () => {
  it('has nothing in it that a file system would not take', () => {
    expect(fileName(['db 1/../x', 'Übersicht', '2026-01-02T03:04'], 'csv')).toBe(
      'db-1-..-x_Übersicht_2026-01-02T03-04.csv',
    );
  });
});
