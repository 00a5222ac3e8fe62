/** The leader's term: jobs run on one replica, and stop as soon as it may not be the one. */
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { Clock } from '../../src/common/clock.js';
import { JobReportsService } from '../../src/common/job-reports.service.js';
import { readServerConfig } from '../../src/config/server-config.js';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import { JobRunnerService } from '../../src/scheduler/job-runner.service.js';
import { LeaderService } from '../../src/scheduler/leader.service.js';
import { LeaderLockStore } from '../../src/scheduler/leader-lock.store.js';
import { createDatabase } from '../helpers/postgres.js';
import { waitFor } from '../helpers/wait.js';

beforeAll(() => Logger.overrideLogger(false));

interface Replica {
  runner: JobRunnerService;
  leader: LeaderService;
}

function replica(url: string): Replica {
  const reports = new JobReportsService();
  const lock = new LeaderLockStore(readServerConfig({ DATABASE_URL: url }));
  const leader = new LeaderService(lock, reports);
  return { leader, runner: new JobRunnerService(leader, reports, new Clock()) };
}

/** A job of steps without end; `inThird` runs within its third step. Answers the steps it took. */
async function stepsOf(
  { runner }: Replica,
  inThird: (signal: AbortSignal) => Promise<unknown>,
): Promise<number> {
  let steps = 0;
  await runner.onLeader('endless', (signal) =>
    runSteps(async () => {
      steps++;
      if (steps === 3) {
        await inThird(signal);
      }
      return { rows: 1, more: true };
    }, signal),
  );
  return steps;
}

describe('the leader on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let one: Replica;
  let two: Replica;

  beforeEach(async () => {
    database = await createDatabase();
    one = replica(database.url);
    two = replica(database.url);
  });

  afterEach(async () => {
    await one.leader.onApplicationShutdown();
    await two.leader.onApplicationShutdown();
    await database.drop();
  });

  async function endSessionOfLeader(): Promise<void> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_locks USING (pid)
       WHERE application_name = 'procspy leader' AND locktype = 'advisory' AND granted
         AND datname = current_database()`,
    );
    await client.end();
  }

  it('stops its job at the next step when it loses the lock, and another takes over', async () => {
    const steps = await stepsOf(one, async (signal) => {
      expect(await stepsOf(two, async () => undefined)).toBe(0);
      const lost = once(signal, 'abort');
      await endSessionOfLeader();
      await lost;
    });
    expect(steps).toBe(3);
    await waitFor('the other to lead', async () => (await stepsOf(two, async () => undefined)) > 0);
    expect(await stepsOf(one, async () => undefined)).toBe(0);
  });

  it('stops its jobs when its server stops, and keeps the lock until they have ended', async () => {
    let others = -1;
    const steps = await stepsOf(one, async () => {
      void one.runner.stop();
      others = await stepsOf(two, async () => undefined);
    });
    expect([steps, others]).toEqual([3, 0]);
  });
});

describe('the leader on SQLite', () => {
  it('stops its jobs when the server stops', async () => {
    const only = replica('sqlite:unused.db');
    expect(await stepsOf(only, async () => void only.runner.stop())).toBe(3);
  });
});
