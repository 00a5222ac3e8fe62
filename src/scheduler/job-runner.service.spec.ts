import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { JobRunnerService } from './job-runner.service.js';
import type { LeaderService } from './leader.service.js';

beforeAll(() => Logger.overrideLogger(false));

const failures = async () =>
  (await register.getSingleMetric('procspy_job_failures_total')?.get())?.values ?? [];

/** A runner whose term the test ends. */
function runnerOf(ending: AbortController): JobRunnerService {
  return new JobRunnerService({ term: async () => ending.signal } as unknown as LeaderService);
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
