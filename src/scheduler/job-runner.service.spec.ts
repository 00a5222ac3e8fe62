import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { Clock } from '../common/clock.js';
import { JobReportsService } from '../common/job-reports.service.js';
import { JobRunnerService } from './job-runner.service.js';
import type { LeaderService } from './leader.service.js';

beforeAll(() => Logger.overrideLogger(false));

const failures = async () =>
  (await register.getSingleMetric('procspy_job_failures_total')?.get())?.values ?? [];

/** A runner whose term the test ends. */
function runnerOf(ending: AbortController, reports = new JobReportsService()): JobRunnerService {
  const leader = { term: async () => ending.signal } as unknown as LeaderService;
  return new JobRunnerService(leader, reports, new Clock());
}

describe('a job', () => {
  it('that stops because the term is over has not failed', async () => {
    const ending = new AbortController();
    await runnerOf(ending).onLeader('stopped', async (signal) => {
      ending.abort();
      signal.throwIfAborted();
    });
    expect((await failures()).filter(({ labels }) => labels.job === 'stopped')).toEqual([]);
  });

  it('is reported with its duration and why it failed', async () => {
    const reports = new JobReportsService();
    const runner = runnerOf(new AbortController(), reports);
    await runner.onLeader('fine', async () => undefined);
    await runner.onLeader('faulty', async () => {
      throw new Error('no such table');
    });
    expect(reports.all()).toMatchObject([
      { name: 'faulty', error: 'no such table', failures: 1 },
      { name: 'fine', error: null, failures: 0, durationMs: expect.any(Number) },
    ]);
  });

  it('that fails otherwise is counted, also after its term', async () => {
    const ending = new AbortController();
    await runnerOf(ending).onLeader('broken', async () => {
      ending.abort();
      throw new Error('no such table');
    });
    expect((await failures()).filter(({ labels }) => labels.job === 'broken')).toMatchObject([
      { value: 1 },
    ]);
  });
});
