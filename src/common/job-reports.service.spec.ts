import { JobReportsService } from './job-reports.service.js';

describe('reports of background jobs', () => {
  it('keep the last run of each and count the failures', () => {
    const reports = new JobReportsService();
    reports.report({ name: 'roll_up', startedAt: 1, durationMs: 5, error: 'disk full' });
    reports.report({ name: 'compact', startedAt: 2, durationMs: 6, error: null });
    reports.report({ name: 'roll_up', startedAt: 3, durationMs: 7, error: null });
    expect(reports.all()).toEqual([
      { name: 'compact', startedAt: 2, durationMs: 6, error: null, failures: 0 },
      { name: 'roll_up', startedAt: 3, durationMs: 7, error: null, failures: 1 },
    ]);
  });
});
